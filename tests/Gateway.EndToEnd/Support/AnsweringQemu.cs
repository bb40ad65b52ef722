using System.Collections.Concurrent;
using TestSupport;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Support;

/// <summary>
/// What QEMU cannot be made to do here, by a fake on a Unix socket: it takes one connection after the other, answers
/// every command, and tells what a test has it tell.
/// </summary>
public sealed class AnsweringQemu : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("fake-");
    private readonly FakeQemu fake;
    private readonly Task serving;
    private volatile FakeConnection? connection;
    private volatile string status = """{"running": true, "singlestep": false, "status": "running"}""";

    public AnsweringQemu()
    {
        fake = FakeQemu.OnUnix(Path.Combine(directory.FullName, "qmp.sock"));
        serving = ServeAsync();
    }

    public string Endpoint => fake.Endpoint;

    /// <summary>The answer to <c>query-status</c>.</summary>
    public string Status
    {
        get => status;
        set => status = value;
    }

    /// <summary>A command that it takes and never answers.</summary>
    public string? Unanswered { get; set; }

    /// <summary>The id of the last such command; null before there was one.</summary>
    public string? LastUnanswered { get; private set; }

    /// <summary>The names of all commands of all connections.</summary>
    public ConcurrentQueue<string> AllCommands { get; } = [];

    /// <summary>The names of all commands of the connection there is.</summary>
    public IReadOnlyList<string> Commands
    {
        get
        {
            var received = connection?.Received ?? [];
            lock (received)
            {
                return [.. received.Select(static command => command.Name)];
            }
        }
    }

    private FakeConnection Current => connection ?? throw new IOException("Nobody is connected.");

    /// <summary>Sends an event on the connection there is, as of 2025-11-24T16:00:00.123456Z.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    public Task EventAsync(string name, string? data = null) => Current.EventAsync(name, data);

    /// <summary>Sends any bytes on the connection there is.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> bytes) => Current.SendAsync(bytes);

    /// <summary>Sends a line on the connection there is.</summary>
    public Task SendAsync(string line) => Current.SendAsync(line);

    public async ValueTask DisposeAsync()
    {
        fake.Dispose();
        connection?.Close();
        await serving.WaitAsync(RealQemu.Patience);
        directory.Delete(recursive: true);
    }

    private async Task ServeAsync()
    {
        await foreach (var next in fake.Connections.ReadAllAsync())
        {
            try
            {
                await ServeAsync(next);
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The client went in the middle of an answer.
            }

            connection = null;
        }
    }

    private async Task ServeAsync(FakeConnection client)
    {
        await client.GreetAsync();
        await foreach (var command in client.Commands.ReadAllAsync())
        {
            AllCommands.Enqueue(command.Name);
            if (command.Name == Unanswered)
            {
                LastUnanswered = command.Id;
                continue;
            }

            await client.ReturnAsync(command, command.Name == "query-status" ? Status : "{}");
            connection = client;
        }
    }
}
