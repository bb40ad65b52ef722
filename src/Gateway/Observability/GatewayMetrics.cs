using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Qmp;

namespace Gateway.Observability;

/// <summary>What the gateway counts and measures: section 9 of the contract. One method a fact.</summary>
public sealed class GatewayMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "qmp_gateway";

    private readonly ConcurrentDictionary<string, bool> known = new();
    private readonly Counter<long> events;
    private readonly Counter<long> panics;
    private readonly Counter<long> lost;
    private readonly Counter<long> commands;
    private readonly Histogram<double> commandDuration;
    private readonly Histogram<double> journalCommit;

    /// <param name="meters">Where the instruments are made.</param>
    public GatewayMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(MeterName);
        events = Meter.CreateCounter<long>("qmp_gateway.events", description: "Entries of the journal.");
        panics = Meter.CreateCounter<long>("qmp_gateway.guest_panics", description: "Guests that panicked, by the kind of report.");
        lost = Meter.CreateCounter<long>("qmp_gateway.events_lost", description: "Events that could not be written in time.");
        commands = Meter.CreateCounter<long>("qmp_gateway.commands", description: "Commands, by what became of them.");
        commandDuration = Meter.CreateHistogram<double>("qmp_gateway.command.duration", "s", "From the request to QEMU's answer.");
        journalCommit = Meter.CreateHistogram<double>("qmp_gateway.journal.commit", "s", "How long writing a group of entries to disk took.");
    }

    internal Meter Meter { get; }

    /// <summary>An entry is in the journal.</summary>
    public void Event(string vm, string name) => events.Add(1, new("vm", vm), new("event", name));

    /// <summary>A guest panicked.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="type">The kind of its report (QAPI: GuestPanicInformationType); <c>none</c> where there is no report.</param>
    public void GuestPanicked(string vm, string type) => panics.Add(1, new("vm", vm), new("type", type));

    /// <summary>Events of a VM could not be written in time.</summary>
    public void EventsLost(string vm, long count) => lost.Add(count, new KeyValuePair<string, object?>("vm", vm));

    /// <summary>Runs a command and counts what becomes of it: <c>done</c>, <c>refused</c>, <c>not-sent</c> or <c>unknown</c>.</summary>
    public async Task<T> CommandAsync<T>(string command, TimeProvider time, Func<Task<T>> run)
    {
        var started = time.GetTimestamp();
        var outcome = "done";
        try
        {
            return await run();
        }
        catch (Exception failure)
        {
            outcome = Outcome(failure);
            throw;
        }
        finally
        {
            var name = Known(command, outcome);
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

    /// <summary>The command's name, once a QEMU has done it: callers can make up any number of names.</summary>
    private string Known(string command, string outcome) => outcome == "done" && known.TryAdd(command, true) || known.ContainsKey(command) ? command : "other";

    /// <summary>A group of entries was written.</summary>
    public void Committed(TimeSpan duration) => journalCommit.Record(duration.TotalSeconds);
}
