using System.Diagnostics;
using System.Text.Json;
using Benchmarks.Load;
using Benchmarks.Processes;
using Microsoft.Data.Sqlite;

namespace Benchmarks.Workloads;

/// <summary>Reading a million events of history.</summary>
internal sealed class Replay : IWorkload
{
    private static readonly Pair Stream = new($"replay of {BigJournal.Events:#,0} events by server-sent events: events/s", "the same rows, read from SQLite and written as JSON by one thread", 0.5, AtMost: false);
    private static readonly Pair Pages = new("the same by history pages of 1,000: events/s", "the same rows, read from SQLite and written as JSON by one thread", 0.3, AtMost: false);

    public string Name => "replay";

    public async Task<IReadOnlyList<Measured>> MeasureAsync(int round)
    {
        var journal = await BigJournal.GetAsync();
        var reference = ReadRows(journal.Database);
        await using var gateway = await journal.StartAsync();
        return [new Measured(Stream, reference, await StreamAsync(gateway)), new Measured(Pages, reference, await PagesAsync(gateway))];
    }

    private static double ReadRows(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, envelope FROM events WHERE event = 'BENCH' ORDER BY id";
        var began = Stopwatch.GetTimestamp();
        var count = 0;
        using (var json = new Utf8JsonWriter(System.IO.Stream.Null))
        {
            json.WriteStartArray();
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                _ = rows.GetInt64(0);
                json.WriteRawValue((byte[])rows.GetValue(1), skipInputValidation: true);
                count++;
                if (json.BytesPending > 64 * 1024)
                {
                    json.Flush();
                }
            }

            json.WriteEndArray();
        }

        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> StreamAsync(GatewayProcess gateway)
    {
        var began = Stopwatch.GetTimestamp();
        using var reader = await Readers.OfStreamAsync(gateway.Child.Address, "/events?after=start&event=BENCH", 1, static () => new Sequence(Encoded.Json, 0, BigJournal.Events));
        await reader.WholeAsync(TimeSpan.FromMinutes(2));
        return BigJournal.Events / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> PagesAsync(GatewayProcess gateway)
    {
        using var http = await HttpLine.ConnectAsync(gateway.Child.Address);
        var began = Stopwatch.GetTimestamp();
        var (count, next) = (0, "start");
        while (count < BigJournal.Events)
        {
            var page = await http.GetAsync($"/events?event=BENCH&limit=1000&after={next}");
            var tail = page.Span[page.Span.LastIndexOf("\"next\":\""u8)..];
            next = System.Text.Encoding.ASCII.GetString(tail[8..^2]);
            var found = page.Span.Count("\"number\":"u8);
            count += found > 0 ? found : throw new InvalidDataException($"history ends after {count} events");
        }

        return BigJournal.Events / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
