using System.Diagnostics.Metrics;
using Gateway.Journal;

namespace Gateway.Observability;

/// <summary>Measures the journal and its readers at each scrape.</summary>
internal static class JournalGauges
{
    public static void Add(Meter meter, EventJournal journal, JournalReaders readers)
    {
        meter.CreateObservableGauge(
            "qmp_gateway.readers",
            () => JournalReaders.Kinds.Select(kind => new Measurement<int>(readers.Measure(kind).Count, Of(kind))),
            description: "Live readers of the journal.");
        meter.CreateObservableGauge(
            "qmp_gateway.reader_lag_events",
            () => JournalReaders.Kinds.Select(kind => new Measurement<long>(readers.Measure(kind).Lag, Of(kind))),
            description: "Entries that the slowest reader is behind.");
        meter.CreateObservableGauge(
            "qmp_gateway.journal.oldest_timestamp",
            () => journal.OldestReceivedAt() is { } oldest ? [new Measurement<double>(oldest.ToUnixTimeMilliseconds() / 1000.0)] : Array.Empty<Measurement<double>>(),
            "s",
            "Time at which the oldest kept entry was received.");
        meter.CreateObservableGauge(
            "qmp_gateway.journal.trouble",
            () => journal.Trouble is null ? 0 : 1,
            description: "1 while events cannot be written and wait in memory.");
    }

    private static KeyValuePair<string, object?> Of(string kind) => new("kind", kind);
}
