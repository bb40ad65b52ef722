using System.Text.Json;
using Gateway.Api.Json;
using Gateway.Journal;
using Gateway.Vms;
using Qmp;

namespace Gateway.Observability;

/// <summary>Counts the journal's entries, as one more of its readers.</summary>
internal sealed class JournalMetrics(IJournal journal, GatewayMetrics metrics) : BackgroundService
{
    // Taken before any session starts: nothing that this process sees is left out.
    private readonly long from = journal.Head;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var batch in journal.FollowAsync(EventFilter.All, from, heartbeat: null, stoppingToken))
        {
            foreach (var entry in batch.Entries)
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
    }

    private static long LostCount(JsonText data)
    {
        using var json = JsonDocument.Parse(data.Utf8, JsonReading.Own);
        return json.RootElement.TryGetProperty("count", out var count) && count.TryGetInt64(out var lost) ? lost : 0;
    }

    private static string PanicType(JsonText data)
    {
        using var json = JsonDocument.Parse(data.Utf8, JsonReading.Own);
        return json.RootElement.TryGetProperty("info", out var info) && info.TryGetProperty("type", out var type) ? type.ToString() : "none";
    }
}
