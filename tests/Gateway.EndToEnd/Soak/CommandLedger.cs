using System.Collections.Concurrent;

namespace Gateway.EndToEnd.Soak;

/// <summary>A command as a fake received it.</summary>
internal sealed class Receipt(string vm, long line, int incarnation)
{
    public string Vm => vm;

    /// <summary>Over which connection.</summary>
    public long Line => line;

    /// <summary>Which run of the fake received it.</summary>
    public int Incarnation => incarnation;

    /// <summary>The answer that went out whole: <c>done</c> or <c>refused</c>.</summary>
    public string? Reply { get; set; }

    /// <summary>Whether that answer went out before anything broke the stream.</summary>
    public bool Settled { get; set; }
}

/// <summary>A command as a client sent it, and all that it was told.</summary>
internal sealed class SoakCommand(string vm, string token, string? run)
{
    public string Vm => vm;

    public string Token => token;

    /// <summary>The <c>If-Match</c>.</summary>
    public string? Run => run;

    /// <summary>What each try was told: <c>done</c>, <c>refused</c>, <c>not-sent</c>, <c>unknown</c>, or <c>nothing</c> where the gateway ended first.</summary>
    public List<string> Outcomes { get; } = [];

    /// <summary>The traces of the tries that were told <c>timed-out</c>.</summary>
    public List<string> TimedOut { get; } = [];

    /// <summary>The traces of all tries.</summary>
    public List<string> Traces { get; } = [];
}

/// <summary>What clients sent and what fakes received: each command has a token of its own, but for those of the lifecycle, which are counted.</summary>
internal sealed class CommandLedger
{
    private readonly ConcurrentDictionary<(string Vm, string Command), int> received = new();
    private long lines;

    public ConcurrentQueue<SoakCommand> Sent { get; } = [];

    public ConcurrentDictionary<string, ConcurrentQueue<Receipt>> Receipts { get; } = new();

    /// <summary>Commands without a token that were told <c>done</c>, and those that may have been done.</summary>
    public ConcurrentDictionary<(string Vm, string Command), (int Done, int Maybe)> Counted { get; } = new();

    /// <summary>Which run of a fake each name of a run stood for, as the gateway showed it.</summary>
    public ConcurrentDictionary<string, int> Runs { get; } = new();

    public IReadOnlyDictionary<(string Vm, string Command), int> Received => received;

    /// <summary>Numbers the connections of all fakes.</summary>
    public long NextLine() => Interlocked.Increment(ref lines);

    public void Heard(string vm, string command) => received.AddOrUpdate((vm, command), 1, static (_, count) => count + 1);

    public void Heard(string token, Receipt receipt) => Receipts.GetOrAdd(token, static _ => new ConcurrentQueue<Receipt>()).Enqueue(receipt);

    public void Told(string vm, string command, string outcome) => Counted.AddOrUpdate(
        (vm, command), Add((0, 0), outcome), (_, before) => Add(before, outcome));

    private static (int Done, int Maybe) Add((int Done, int Maybe) before, string outcome) => outcome switch
    {
        "done" => (before.Done + 1, before.Maybe),
        "not-sent" => before,
        _ => (before.Done, before.Maybe + 1),
    };
}
