using System.Globalization;
using System.Text.Json.Nodes;
using TestSupport;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>A fake that does what it is told, as QEMU does: it stops, runs on and resets, with events of the present time.</summary>
public sealed class LivelyQemu : IAsyncDisposable
{
    private readonly FakeQemu fake;
    private readonly Task serving;
    private volatile FakeConnection? connection;
    private volatile string state;

    /// <param name="path">Its socket.</param>
    /// <param name="state">Its run state.</param>
    public LivelyQemu(string path, string state = "running")
    {
        this.state = state;
        fake = FakeQemu.OnUnix(path);
        serving = ServeAsync();
    }

    public string Endpoint => fake.Endpoint;

    /// <summary>What it refuses, with the words that it refuses it with.</summary>
    public Dictionary<string, string> Refused { get; } = [];

    /// <summary>Takes another run state and sends the event that comes with it.</summary>
    public Task ChangeAsync(string next, string eventName, string? data = null)
    {
        state = next;
        return TellAsync(eventName, data);
    }

    /// <summary>Sends an event.</summary>
    /// <exception cref="IOException">Nobody is connected.</exception>
    public Task TellAsync(string name, string? data = null)
    {
        var now = DateTimeOffset.UtcNow;
        var timestamp = string.Create(CultureInfo.InvariantCulture, $$"""{"seconds": {{now.ToUnixTimeSeconds()}}, "microseconds": {{now.Ticks / 10 % 1_000_000}}}""");
        var client = connection ?? throw new IOException("Nobody is connected.");
        return client.SendAsync($$"""{"timestamp": {{timestamp}}, "event": "{{name}}"{{(data is null ? "" : $", \"data\": {data}")}}}""");
    }

    /// <summary>Waits until the gateway is connected.</summary>
    public Task WaitForGatewayAsync() => Poll.UntilAsync(() => Task.FromResult(connection is null ? "nobody" : "connected"), "connected");

    /// <summary>Hangs up.</summary>
    public void Drop() => connection?.Close();

    public async ValueTask DisposeAsync()
    {
        fake.Dispose();
        connection?.Close();
        await serving.WaitAsync(RealQemu.Patience);
    }

    private async Task ServeAsync()
    {
        await foreach (var next in fake.Connections.ReadAllAsync())
        {
            try
            {
                await next.GreetAsync();
                await foreach (var command in next.Commands.ReadAllAsync())
                {
                    await AnswerAsync(next, command);
                }
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The gateway went in the middle of an answer.
            }

            connection = null;
        }
    }

    private async Task AnswerAsync(FakeConnection client, FakeCommand command)
    {
        if (Refused.TryGetValue(command.Name, out var words))
        {
            await client.RefuseAsync(command, description: words);
            return;
        }

        var status = new JsonObject { ["status"] = state, ["running"] = state == "running", ["singlestep"] = false };
        await client.ReturnAsync(command, command.Name == "query-status" ? status.ToJsonString() : "{}");
        connection = client;
        await (command.Name switch
        {
            "stop" when state == "running" => ChangeAsync("paused", "STOP"),
            "cont" when state != "running" => ChangeAsync("running", "RESUME"),
            "system_reset" => TellAsync("RESET", """{"guest": false, "reason": "host-qmp-system-reset"}"""),
            "system_powerdown" => TellAsync("POWERDOWN"),
            _ => Task.CompletedTask,
        });
    }
}
