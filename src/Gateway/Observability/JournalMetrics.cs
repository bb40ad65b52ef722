using System.Text.Json;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Metrics;
using QmpGateway.Qmp;

namespace Gateway.Observability;

/// <summary>Counts the journal's entries. It follows the journal like any other reader.</summary>
internal sealed partial class JournalMetrics(IJournal journal, GatewayMetrics metrics, TimeProvider time, ILogger<JournalMetrics> logger) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    // Starts where the journal was when it was opened, so that all entries of this process count, including events found lost at startup.
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
                // A burst was larger than the journal keeps. The deleted entries are not counted.
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

    // An alert on one of the gateway's events must not fire because a VM uses the same event name.
    private static string Name(JournalEntry entry) =>
        GatewayEvents.Names.Contains(entry.Name) && entry.Origin != EventOrigin.Gateway ? Labels.Other : entry.Name;

    private static long LostCount(JsonText data)
    {
        using var json = JsonDocument.Parse(data.Utf8, JsonReading.Own);
        return json.RootElement.Member("count") switch
        {
            { ValueKind: JsonValueKind.Number } count when count.TryGetInt64(out var lost) => lost,
            // The number is unknown. It counts as one, so that an alert on the counter fires.
            { ValueKind: JsonValueKind.Null } => 1,
            _ => 0,
        };
    }

    // A VM may send data that do not match QEMU's schema.
    private static string PanicType(JsonText data)
    {
        using var json = JsonDocument.Parse(data.Utf8, JsonReading.Own);
        return json.RootElement.Member("info")?.Member("type") is { ValueKind: JsonValueKind.String } type ? JsonReading.TextOf(type) : "none";
    }

    [LoggerMessage(80, LogLevel.Warning, "The journal cannot be read, so its entries are not counted at present. {Reason}")]
    private partial void LogUnread(string reason);
}
