using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using QmpGateway.Qmp;

namespace Gateway.Metrics;

/// <summary>The metrics of the gateway (section 9 of the contract), with one method per fact.</summary>
public sealed class GatewayMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "qmp_gateway";

    // From the fastest replies of QEMU to the longest default timeout of a command.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    // In addition to QEMU's own commands. With four outcomes each, all of them stay below the maximum number of series per instrument.
    private const int MaxCommands = 200;

    private readonly ConcurrentDictionary<string, bool> known = new();
    private readonly VmCounts events = new("event", maxNames: 100);
    private readonly VmCounts panics = new("type", maxNames: 16);
    private readonly VmCounts lost = new(label: null, maxNames: 1);
    private readonly VmCounts unclaimed = new(label: null, maxNames: 1);
    private readonly Counter<long> commands;
    private readonly Histogram<double> commandDuration;
    private readonly Histogram<double> journalCommit;
    private Func<string, string, bool> describes = static (_, _) => false;

    /// <param name="meters">Creates the meter.</param>
    public GatewayMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(MeterName);
        commands = Meter.CreateCounter<long>("qmp_gateway.commands", description: "Commands by outcome.");
        commandDuration = Meter.CreateHistogram("qmp_gateway.command.duration", "s", "Time from the request to QEMU's answer.", tags: null, Seconds);
        journalCommit = Meter.CreateHistogram("qmp_gateway.journal.commit", "s", "Time taken to write a group of journal entries to disk.", tags: null, Seconds);
    }

    internal Meter Meter { get; }

    /// <summary>Counts an entry in the journal.</summary>
    public void Event(string vm, string name) => events.Add(vm, name);

    /// <summary>Counts a panic of a guest.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="type">The kind of the report (QAPI: GuestPanicInformationType), or <c>none</c> if there is no report.</param>
    public void GuestPanicked(string vm, string type) => panics.Add(vm, type);

    /// <summary>Counts events of a VM that could not be written in time.</summary>
    public void EventsLost(string vm, long count) => lost.Add(vm, "", count);

    /// <summary>Counts a reply of a VM's QEMU that no command of the connection waits for.</summary>
    public void ReplyUnclaimed(string vm) => unclaimed.Add(vm, "");

    /// <summary>Adds the counters per VM. They report only current VMs, whereas a regular counter would keep reporting VMs that were removed.</summary>
    internal void CountOf(Func<IEnumerable<string>> vms)
    {
        Meter.CreateObservableCounter("qmp_gateway.events", () => events.Measure(vms()), description: "Journal entries since the gateway started.");
        Meter.CreateObservableCounter("qmp_gateway.guest_panics", () => panics.Measure(vms()), description: "Guest panics by the type of their report.");
        Meter.CreateObservableCounter("qmp_gateway.events_lost", () => lost.Measure(vms()), description: "Events lost because they could not be written in time.");
        Meter.CreateObservableCounter("qmp_gateway.unclaimed_replies", () => unclaimed.Measure(vms()), description: "Replies of QEMU that no command of the connection waited for.");
    }

    /// <summary>
    /// Sets the function that decides whether a VM's QEMU has described a command. Such a command is counted by its name before any QEMU has replied to it.
    /// </summary>
    /// <param name="described">Gets the id of the VM and the name of the command.</param>
    internal void NameBy(Func<string, string, bool> described) => describes = described;

    /// <summary>
    /// Runs a command as a span of the current trace, and counts its outcome: <c>done</c>, <c>refused</c>, <c>not-sent</c> or <c>unknown</c>.
    /// </summary>
    public async Task<T> CommandAsync<T>(string vm, string command, TimeProvider time, Func<Task<T>> run)
    {
        var started = time.GetTimestamp();
        var (outcome, isQemus) = ("done", true);
        using var span = CommandSpans.Begin(vm, command);
        try
        {
            return await run();
        }
        catch (Exception failure)
        {
            outcome = Outcome(failure);
            isQemus = failure is QmpCommandException { ErrorClass: not QmpCommandException.CommandNotFound };
            span.Fail(failure);
            throw;
        }
        finally
        {
            span?.SetTag(CommandSpans.Outcome, outcome);
            var name = LabelOf(vm, command, isQemus);
            commands.Add(1, new("command", name), new("outcome", outcome));
            commandDuration.Record(time.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("command", name));
        }
    }

    private static string Outcome(Exception failure) => failure switch
    {
        QmpCommandException => "refused",
        QmpTimeoutException { Sent: true } or QmpDisconnectedException { Sent: true } or OperationCanceledException => "unknown",
        _ => "not-sent",
    };

    /// <summary>
    /// Returns the label for a command: its name if QEMU has the command, or if this VM's QEMU has shown that it does. Callers and VMs can make up any
    /// number of other names, so these share one label.
    /// </summary>
    private string LabelOf(string vm, string command, bool isQemus) =>
        QemuCommands.Have(command) || known.ContainsKey(command)
        || (known.Count < MaxCommands && Labels.Usable(command) == command && (isQemus || describes(vm, command)) && known.TryAdd(command, true))
            ? command
            : Labels.Other;

    /// <summary>Records how long it took to write a group of entries.</summary>
    public void Committed(TimeSpan duration) => journalCommit.Record(duration.TotalSeconds);
}
