using System.Text.Json;
using Gateway.Api.Json;
using Gateway.Journal;
using Gateway.Vms;
using Microsoft.Data.Sqlite;
using Qmp;

namespace Gateway.Observability;

/// <summary>Counts the journal's entries, as one more of its readers.</summary>
internal sealed partial class JournalMetrics(IJournal journal, GatewayMetrics metrics, ILogger<JournalMetrics> logger) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    // Taken before any session starts: nothing that this process sees is left out.
    private readonly long from = journal.Head;

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
            catch (SqliteException failure)
            {
                LogUnread(failure.Message);
                await Task.Delay(RetryInterval, stoppingToken);
            }
        }
    }

    private void Count(IReadOnlyList<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            metrics.Event(entry.Vm, entry.Name);
            switch (entry.Name)
            {
                case RunStateEvents.GuestPanicked:
                    metrics.GuestPanicked(entry.Vm, PanicType(entry.Data()));
                    break;
                case GatewayEvents.EventsLost:
                    metrics.EventsLost(entry.Vm, LostCount(entry.Data()));
                    break;
            }
        }
    }

    private static long LostCount(JsonText data)
    {
        using var json = JsonDocument.Parse(data.Utf8, JsonReading.Own);
        return Member(json.RootElement, "count") is { ValueKind: JsonValueKind.Number } count && count.TryGetInt64(out var lost) ? lost : 0;
    }

    // As it is spelled: decoding it would trip over half a surrogate pair.
    private static string PanicType(JsonText data)
    {
        using var json = JsonDocument.Parse(data.Utf8, JsonReading.Own);
        return Member(json.RootElement, "info") is { } info && Member(info, "type") is { ValueKind: JsonValueKind.String } type
            ? type.GetRawText()[1..^1]
            : "none";
    }

    // What a VM sends need not be what QEMU's schema says.
    private static JsonElement? Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;

    [LoggerMessage(80, LogLevel.Warning, "The journal cannot be read, so its entries are not counted for now: {Reason}. Look after the disk of the data directory.")]
    private partial void LogUnread(string reason);
}
