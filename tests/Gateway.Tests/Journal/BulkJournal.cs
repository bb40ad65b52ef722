using Microsoft.Data.Sqlite;

namespace Gateway.Tests.Journal;

/// <summary>Fills a journal with entries that it might have written itself, many thousands a second.</summary>
internal static class BulkJournal
{
    /// <summary>Adds entries of a hundred VMs to a journal that no gateway has open.</summary>
    public static void Fill(string path, long count)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var fill = connection.CreateCommand();
        fill.CommandText = """
            PRAGMA synchronous=OFF;
            WITH RECURSIVE n(i) AS (
                SELECT coalesce(max(id), 0) + 1 FROM events UNION ALL SELECT i + 1 FROM n LIMIT $count)
            INSERT INTO events(id, vm, event, received, envelope) SELECT i, 'vm' || (i % 100), 'GUEST_PANICKED', $now + i, CAST(
                '{"id":"' || i || '","vm":"vm' || (i % 100) || '","event":"GUEST_PANICKED","origin":"qemu","timestamp":"2026-11-24T03:53:00.123456Z",'
                || '"receivedAt":"2026-11-24T03:53:00.123999Z","data":{"action":"pause","info":{"type":"hyper-v","arg1":' || i || ',"arg2":0}}}' AS BLOB)
            FROM n;
            PRAGMA wal_checkpoint(TRUNCATE);
            """;
        fill.Parameters.AddWithValue("$count", count);
        fill.Parameters.AddWithValue("$now", DateTime.UtcNow.Ticks - count);
        fill.ExecuteNonQuery();
    }
}
