using System.Text.Json;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Metrics;
using QmpGateway.Qmp;

namespace Gateway.Observability;

/// <summary>Counts the journal's entries, as one more of its readers.</summary>
internal sealed partial class JournalMetrics(IJournal journal, GatewayMetrics metrics, TimeProvider time, ILogger<JournalMetrics> logger) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    // Nothing that this process appends is left out, also what the start found to be lost.
    private readonly long from = journal.Opened;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var after = from; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await foreach (var batch in journal.FollowAsync(EventFilter.All, after, heartbeat: null, stoppingToken))
                {
                    after = batch.Cursor;
                    Count(batch.Entries);
                }
            }
            catch (CursorExpiredException expired)
            {
                // A burst went by that is larger than what is kept. It stays uncounted.
                after = expired.Oldest;
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogUnread(failure.Message);
                await Task.Delay(RetryInterval, time, stoppingToken);
            }
        }
    }

    private void Count(IReadOnlyList<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            metrics.Event(entry.Vm, Name(entry));
            switch (entry.Name)
            {
                case RunStateEvents.GuestPanicked:
                    metrics.GuestPanicked(entry.Vm, PanicType(entry.Data()));
                    break;
                case GatewayEvents.EventsLost when entry.Origin == EventOrigin.Gateway:
                    metrics.EventsLost(entry.Vm, LostCount(entry.Data()));
                    break;
            }
        }
    }

    // An alert on the gateway's own events must not go off because a VM calls one of its events like that.
    private static string Name(JournalEntry entry) =>
        GatewayEvents.Names.Contains(entry.Name) && entry.Origin != EventOrigin.Gateway ? Labels.Other : entry.Name;

    private static long LostCount(JsonText data)
    {
        using var json = JsonDocument.Parse(data.Utf8, JsonReading.Own);
        return json.RootElement.Member("count") switch
        {
            { ValueKind: JsonValueKind.Number } count when count.TryGetInt64(out var lost) => lost,
            // Nobody knows how many: one at least, so that an alert on the counter goes off.
            { ValueKind: JsonValueKind.Null } => 1,
            _ => 0,
        };
    }

    // What a VM sends need not be what QEMU's schema says.
    private static string PanicType(JsonText data)
    {
        using var json = JsonDocument.Parse(data.Utf8, JsonReading.Own);
        return json.RootElement.Member("info")?.Member("type") is { ValueKind: JsonValueKind.String } type ? JsonReading.TextOf(type) : "none";
    }

    [LoggerMessage(80, LogLevel.Warning, "The journal cannot be read, so its entries are not counted for now: {Reason}. Look after the disk of the data directory.")]
    private partial void LogUnread(string reason);
}
