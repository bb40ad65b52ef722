using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;

namespace TestSupport.Qemu;

/// <summary>
/// A second QMP monitor, for driving QEMU behind the gateway's back. Written down here in its plainest form, a line a message,
/// so that what it sees owes nothing to the code under test.
/// </summary>
public sealed class SideMonitor : IAsyncDisposable
{
    private readonly NetworkStream stream;
    private readonly StreamReader reader;
    private readonly Channel<JsonElement> replies = Channel.CreateUnbounded<JsonElement>();
    private readonly Channel<JsonElement> events = Channel.CreateUnbounded<JsonElement>();
    private readonly ConcurrentQueue<JsonElement> seen = [];
    private readonly SemaphoreSlim turn = new(1);
    private Task reading = Task.CompletedTask;
    private int lastId;

    private SideMonitor(Socket socket)
    {
        stream = new NetworkStream(socket, ownsSocket: true);
        reader = new StreamReader(stream);
    }

    /// <summary>The names of all events so far, in order.</summary>
    public IReadOnlyCollection<string> Seen => [.. seen.Select(static message => message.GetProperty("event").GetString()!)];

    /// <summary>All events so far, in order, as QEMU sent them.</summary>
    public IReadOnlyCollection<JsonElement> Events => seen;

    /// <summary>Takes the connection of a QEMU that is starting; returns once its main loop runs.</summary>
    internal static async Task<SideMonitor> AcceptAsync(Socket listener, CancellationToken cancellationToken)
    {
        var monitor = new SideMonitor(await listener.AcceptAsync(cancellationToken));
        try
        {
            var greeting = await monitor.reader.ReadLineAsync(cancellationToken);
            _ = greeting ?? throw new EndOfStreamException("QEMU closed the side monitor before its greeting.");
            monitor.reading = monitor.ReadAsync();
            await monitor.ExecuteAsync("qmp_capabilities");
            return monitor;
        }
        catch
        {
            await monitor.DisposeAsync();
            throw;
        }
    }

    /// <summary>Executes a command and returns its value.</summary>
    /// <exception cref="InvalidOperationException">QEMU refused it; the message is <c>class: desc</c>.</exception>
    /// <exception cref="ChannelClosedException">QEMU closed the connection.</exception>
    public async Task<JsonElement> ExecuteAsync(string command, object? arguments = null)
    {
        using var limit = new CancellationTokenSource(RealQemu.Patience);
        await turn.WaitAsync(limit.Token);
        try
        {
            var id = ++lastId;
            var message = new { execute = command, arguments = arguments ?? new { }, id };
            await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(message), limit.Token);
            while (true)
            {
                var reply = await replies.Reader.ReadAsync(limit.Token);
                if (reply.GetProperty("id").GetInt32() != id)
                {
                    continue;
                }

                return reply.TryGetProperty("error", out var error)
                    ? throw new InvalidOperationException($"{error.GetProperty("class")}: {error.GetProperty("desc")}")
                    : reply.GetProperty("return");
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Executes a command of the human monitor and returns what it prints.</summary>
    public async Task<string> HmpAsync(string commandLine) =>
        (await ExecuteAsync("human-monitor-command", new Dictionary<string, string> { ["command-line"] = commandLine })).GetString()!;

    /// <summary>Waits for the next event of this name, passing over others, and returns its data (undefined where it has none).</summary>
    /// <exception cref="ChannelClosedException">QEMU closed the connection first.</exception>
    public async Task<JsonElement> EventAsync(string name)
    {
        using var limit = new CancellationTokenSource(RealQemu.Patience);
        try
        {
            while (true)
            {
                var next = await events.Reader.ReadAsync(limit.Token);
                if (next.GetProperty("event").ValueEquals(name))
                {
                    return next.TryGetProperty("data", out var data) ? data : default;
                }
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"No {name} among the events: {string.Join(' ', Seen)}", e);
        }
    }

    /// <summary>The run state as <c>query-status</c> tells it.</summary>
    public async Task<string> StatusAsync() => (await ExecuteAsync("query-status")).GetProperty("status").GetString()!;

    /// <summary>Waits until QEMU is in this run state. It asks again and again: not every change has an event.</summary>
    public Task WaitForStatusAsync(string status) => Poll.UntilAsync(async () => await StatusAsync(), status);

    /// <summary>Waits until QEMU closes the connection, and returns the names of all events.</summary>
    public async Task<IReadOnlyCollection<string>> UntilClosedAsync()
    {
        await reading.WaitAsync(RealQemu.Patience);
        return Seen;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        await reading;
        turn.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                Dispatch(JsonDocument.Parse(line).RootElement);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // A killed QEMU resets the connection; disposing ends the read.
        }
        finally
        {
            replies.Writer.Complete();
            events.Writer.Complete();
        }
    }

    private void Dispatch(JsonElement message)
    {
        if (message.TryGetProperty("event", out _))
        {
            seen.Enqueue(message);
            events.Writer.TryWrite(message);
        }
        else
        {
            replies.Writer.TryWrite(message);
        }
    }
}
