using System.Globalization;
using TestSupport;

namespace Gateway.EndToEnd.Soak;

/// <summary>A fake QEMU that numbers its events without a gap, writes down what it received, and does what QEMUs do at their worst.</summary>
internal sealed class SoakFake(string id, string? path, Random random, CommandLedger ledger) : IAsyncDisposable
{
    public static readonly string[] Names = ["NUMBERED_A", "NUMBERED_B", "NUMBERED_C"];

    private readonly SemaphoreSlim writing = new(1);
    private readonly List<FakeLine> lines = [];
    private readonly FakeReplies replies = new(id, random, ledger);
    private FakeQemu fake = path is null ? FakeQemu.OnTcp() : FakeQemu.OnUnix(path);
    private Task serving = Task.CompletedTask;
    private FakeLine? line;
    private volatile FakeConnection? connected;
    private volatile bool away;
    private int incarnation = 1;
    private long next;

    public string Id => id;

    public string Endpoint { get; private set; } = "";

    /// <summary>All connections so far, but for those that ended before the gateway had read a status.</summary>
    public IReadOnlyList<FakeLine> Lines => lines;

    /// <summary>How many numbers were given.</summary>
    public long Numbers => Volatile.Read(ref next);

    /// <summary>Whether each answer comes at once and is as it should.</summary>
    public bool Behaves { set => replies.Behave = value; }

    public bool Connected => line is { Open: true };

    public void Start()
    {
        Endpoint = fake.Endpoint;
        serving = ServeAsync(fake);
    }

    /// <summary>Sends some events, numbered on, where a gateway is connected.</summary>
    public async Task EventsAsync(int count)
    {
        await writing.WaitAsync();
        try
        {
            if (line is not { Open: true } current)
            {
                return;
            }

            var from = next;
            next += count;
            await current.SendAsync(from, [.. Enumerable.Range(0, count).Select(i => Event(from + i))]);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Sends what ends the connection, or half a message and hangs up; no event follows it.</summary>
    public Task BreakAsync(string text, bool hangUp) => OnLineAsync(async current =>
    {
        current.Open = false;
        await current.Connection.SendAsync(System.Text.Encoding.UTF8.GetBytes(text));
        if (hangUp)
        {
            current.Connection.Close();
        }
    });

    public Task HangUpAsync() => OnLineAsync(static current =>
    {
        current.Open = false;
        current.Connection.Close();
        return Task.CompletedTask;
    });

    /// <summary>Ends, and starts again as another process on the same socket.</summary>
    public async Task RestartAsync(TimeSpan down)
    {
        await EndAsync();
        await Task.Delay(down);
        incarnation++;
        away = false;
        var port = path is null ? int.Parse(Endpoint[(Endpoint.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture) : 0;
        fake = path is null ? FakeQemu.OnTcp(port) : FakeQemu.OnUnix(path);
        serving = ServeAsync(fake);
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    /// <summary>Hangs up on whoever is connected, whether or not that went as far as a status, and takes nobody any more.</summary>
    private async Task EndAsync()
    {
        away = true;
        fake.Dispose();
        await HangUpAsync();
        connected?.Close();
        await serving;
    }

    private static string Event(long n) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"timestamp": {"seconds": {{{1_764_000_000 + n}}}, "microseconds": 5}, "event": "{{{Names[n % Names.Length]}}}", "data": {"n": {{{n}}}, "max": 18446744073709551615, "text": "{{{new string('é', (int)(n % 40))}}}"}}""");

    private async Task OnLineAsync(Func<FakeLine, Task> act)
    {
        await writing.WaitAsync();
        try
        {
            if (line is { } current)
            {
                await act(current);
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The gateway went first.
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task ServeAsync(FakeQemu from)
    {
        await foreach (var connection in from.Connections.ReadAllAsync())
        {
            var served = new FakeLine(ledger.NextLine(), incarnation, connection);
            connected = connection;
            if (away)
            {
                connection.Close();
            }

            try
            {
                await ServeAsync(served);
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The gateway went in the middle of the greeting.
            }

            await OnLineAsync(current =>
            {
                current.Open = false;
                return Task.CompletedTask;
            });
            connection.Close();
        }
    }

    private async Task ServeAsync(FakeLine served)
    {
        await served.Connection.GreetAsync(version: $$"""{"micro":{{incarnation}},"minor":2,"major":7}""");
        await foreach (var command in served.Connection.Commands.ReadAllAsync())
        {
            if (command.Name == "query-status" && line != served)
            {
                await FakeReplies.StatusAsync(served, command);
                await OpenAsync(served);
            }
            else
            {
                _ = replies.AnswerAsync(served, command);
            }
        }
    }

    private async Task OpenAsync(FakeLine served)
    {
        await writing.WaitAsync();
        served.Opened(next);
        lines.Add(served);
        line = served;
        writing.Release();
    }
}
