using TestSupport;

namespace Gateway.EndToEnd.Soak;

/// <summary>
/// A QEMU that a guest has taken over: it sends events that are malformed, enormous, countless, or named like the gateway's own. What becomes of
/// them is not checked; the others must not notice.
/// </summary>
internal sealed class SoakHostile(string path, Random random) : IAsyncDisposable
{
    public const string Id = "hostile";

    private const int Flood = 5_000;
    private const int Large = 300_000;

    private static readonly string[] Events =
    [
        """{"event": "GUEST_PANICKED", "data": {"i\ud800nfo-longer": 1}}""",
        """{"event": "GUEST_PANICKED", "data": {"n": "\udc00", "action": ["pause"], "info": {"type": 7}}}""",
        """{"event": "EVENTS_LOST", "data": {"count": 1000000, "from": "never", "to": null}}""",
        """{"event": "VM_ENDED", "data": {"at": 5, "reason": {}, "guest": "yes", "cause": []}}""",
        """{"event": "VM_REMOVED", "data": {"source": "api", "who": "fake-1"}}""",
        """{"event": "Checkpoint", "data": {"cursor": "999999999"}}""",
        """{"event": "checkpoint", "data": {}}""",
        """{"event": "CursorExpired", "data": {"oldest": "1"}}""",
        """{"event": "cursor-expired", "data": {"oldest": "1"}}""",
        """{"event": "SHUTDOWN", "data": {"reason": 1e400, "guest": -0}}""",
        """{"event": "line\r\nbreak: id: 7", "data": {"": {"": [1, 1, 1]}}}""",
        """{"event": "BLOCK_IO_ERROR", "timestamp": {"seconds": 9223372036854775807, "microseconds": -1}, "data": {"n": 1, "n": 2}}""",
    ];

    private readonly FakeQemu fake = FakeQemu.OnUnix(path);
    private volatile FakeConnection? connection;
    private Task serving = Task.CompletedTask;

    public string Endpoint => fake.Endpoint;

    public void Start() => serving = ServeAsync();

    /// <summary>Sends whatever it likes until told to stop.</summary>
    public async Task RunAsync(SoakReport report, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            if (connection is { } current)
            {
                report.Count("hostile messages");
                try
                {
                    await current.SendAsync(Draw());
                }
                catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
                {
                    // The gateway went first.
                }
            }

            await Task.Delay(random.Next(300), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        fake.Dispose();
        connection?.Close();
        await serving;
    }

    private string Draw() => random.Next(100) switch
    {
        < 1 => string.Join("\r\n", Enumerable.Repeat("""{"event": "NUMBERED_A", "data": {"n": 0}}""", Flood)),
        < 5 => $$$"""{"event": "NUMBERED_B", "data": {"text": "{{{new string('x', Large)}}}"}}""",
        _ => Events[random.Next(Events.Length)],
    };

    private async Task ServeAsync()
    {
        await foreach (var served in fake.Connections.ReadAllAsync())
        {
            try
            {
                await served.GreetAsync();
                await foreach (var command in served.Commands.ReadAllAsync())
                {
                    await (command.Name == "query-status"
                        ? served.ReturnAsync(command, """{"running": true, "status": "running"}""")
                        : served.ReturnAsync(command));
                    connection = served;
                }
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The gateway went in the middle of an answer.
            }

            connection = null;
            served.Close();
        }
    }
}
