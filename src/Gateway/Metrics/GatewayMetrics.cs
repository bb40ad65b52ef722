using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using QmpGateway.Qmp;

namespace Gateway.Metrics;

/// <summary>What the gateway counts and measures: section 9 of the contract. One method a fact.</summary>
public sealed class GatewayMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "qmp_gateway";

    // From a QEMU that answers at once to the longest time a command is given.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    // Beside QEMU's own. With each of the four outcomes, all of them stay below the series that an instrument may have.
    private const int MaxCommands = 200;

    private readonly ConcurrentDictionary<string, bool> known = new();
    private readonly VmCounts events = new("event", maxNames: 100);
    private readonly VmCounts panics = new("type", maxNames: 16);
    private readonly VmCounts lost = new(label: null, maxNames: 1);
    private readonly Counter<long> commands;
    private readonly Histogram<double> commandDuration;
    private readonly Histogram<double> journalCommit;
    private Func<string, string, bool> describes = static (_, _) => false;

    /// <param name="meters">Where the instruments are made.</param>
    public GatewayMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(MeterName);
        commands = Meter.CreateCounter<long>("qmp_gateway.commands", description: "Commands, by what became of them.");
        commandDuration = Meter.CreateHistogram("qmp_gateway.command.duration", "s", "From the request to QEMU's answer.", tags: null, Seconds);
        journalCommit = Meter.CreateHistogram("qmp_gateway.journal.commit", "s", "How long writing a group of entries to disk took.", tags: null, Seconds);
    }

    internal Meter Meter { get; }

    /// <summary>An entry is in the journal.</summary>
    public void Event(string vm, string name) => events.Add(vm, name);

    /// <summary>A guest panicked.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="type">The kind of its report (QAPI: GuestPanicInformationType); <c>none</c> where there is no report.</param>
    public void GuestPanicked(string vm, string type) => panics.Add(vm, type);

    /// <summary>Events of a VM could not be written in time.</summary>
    public void EventsLost(string vm, long count) => lost.Add(vm, "", count);

    /// <summary>Shows the counts of the VMs there are: a counter of its own would go on showing those that went.</summary>
    internal void CountOf(Func<IEnumerable<string>> vms)
    {
        Meter.CreateObservableCounter("qmp_gateway.events", () => events.Measure(vms()), description: "Entries of the journal since the gateway began.");
        Meter.CreateObservableCounter("qmp_gateway.guest_panics", () => panics.Measure(vms()), description: "Guests that panicked, by the kind of report.");
        Meter.CreateObservableCounter("qmp_gateway.events_lost", () => lost.Measure(vms()), description: "Events that could not be written in time.");
    }

    /// <summary>Says whether a VM's QEMU has described a command: such a command is counted by its name before any QEMU has answered it.</summary>
    /// <param name="described">Takes the VM's id and the command's name.</param>
    internal void NameBy(Func<string, string, bool> described) => describes = described;

    /// <summary>
    /// Runs a command, as a span of the trace at hand, and counts what becomes of it: <c>done</c>, <c>refused</c>, <c>not-sent</c> or
    /// <c>unknown</c>.
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
            var name = Known(vm, command, isQemus);
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
    /// The command's name, if QEMU has such a command or this VM's QEMU has shown that it does: callers can make up any number of names, and so can what answers them.
    /// </summary>
    private string Known(string vm, string command, bool isQemus) =>
        QemuCommands.Have(command) || known.ContainsKey(command)
        || (known.Count < MaxCommands && Labels.Usable(command) == command && (isQemus || describes(vm, command)) && known.TryAdd(command, true))
            ? command
            : Labels.Other;

    /// <summary>A group of entries was written.</summary>
    public void Committed(TimeSpan duration) => journalCommit.Record(duration.TotalSeconds);
}
