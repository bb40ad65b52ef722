using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>Makes the short history of a test look like one of hours: the times in the journal of a gateway that is not running.</summary>
internal static class StretchedJournal
{
    /// <summary>Moves each time further into the past, so that everything took so many times as long.</summary>
    public static void Stretch(string dataDirectory, double times)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dataDirectory, "journal.db")};Pooling=False");
        connection.Open();
        var now = DateTimeOffset.UtcNow;
        using var transaction = connection.BeginTransaction();
        foreach (var (table, received) in new[] { ("events", ", received = $received"), ("states", "") })
        {
            foreach (var (id, vm, name, envelope) in Read(connection, table))
            {
                var json = JsonNode.Parse(envelope)!.AsObject();
                foreach (var member in (string[])["timestamp", "receivedAt"])
                {
                    if ((string?)json[member] is { } text)
                    {
                        var at = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
                        json[member] = (now - ((now - at) * times)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
                    }
                }

                using var update = connection.CreateCommand();
                update.CommandText = $"UPDATE {table} SET envelope = CAST($envelope AS BLOB), checksum = NULL{received} WHERE id = $id AND vm = $vm AND event = $event";
                update.Parameters.AddWithValue("$envelope", json.ToJsonString());
                update.Parameters.AddWithValue("$received", DateTimeOffset.Parse((string)json["receivedAt"]!, CultureInfo.InvariantCulture).UtcTicks);
                update.Parameters.AddWithValue("$id", id);
                update.Parameters.AddWithValue("$vm", vm);
                update.Parameters.AddWithValue("$event", name);
                update.ExecuteNonQuery();
            }
        }

        transaction.Commit();
    }

    private static List<(long Id, string Vm, string Event, string Envelope)> Read(SqliteConnection connection, string table)
    {
        using var read = connection.CreateCommand();
        read.CommandText = $"SELECT id, vm, event, CAST(envelope AS TEXT) FROM {table}";
        using var rows = read.ExecuteReader();
        List<(long, string, string, string)> all = [];
        while (rows.Read())
        {
            all.Add((rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.GetString(3)));
        }

        return all;
    }
}
