using Gateway.Journal;
using Gateway.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>Journals of before rows had checksums.</summary>
public sealed class OlderJournalTests : IDisposable
{
    private const string Envelope = """{"id":"1","vm":"web1","event":"STOP","origin":"qemu","timestamp":null,"receivedAt":"2026-11-24T03:53:00.000000Z","data":{}}""";

    private readonly TempDirectory temp = new();

    private string Database => temp.File(EventJournal.FileName);

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task It_is_read_and_goes_on()
    {
        Make(Envelope);
        long next;
        using (var journal = Open())
        {
            Assert.Equal(Envelope, Assert.Single((await journal.ReadAsync(EventFilter.All, 0, 10, TestJournal.Cancelled)).Entries).Text());
            // How the older gateway ended is not known, nor which ids it gave.
            next = journal.Append(new NewEvent("web1", "RESUME", EventOrigin.Qemu, QmpGateway.Qmp.JsonText.EmptyObject, null));
            Assert.True(next > DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeMilliseconds());
            journal.Validate(EventFilter.All, 1);
        }

        using var again = Open();
        Assert.Equal([1L, next], (await again.ReadAsync(EventFilter.All, 0, 10, TestJournal.Cancelled)).Entries.Select(static entry => entry.Id));
        using var beside = Connect();
        using var checksums = beside.CreateCommand();
        checksums.CommandText = "SELECT group_concat(checksum IS NULL) FROM events";
        Assert.Equal("1,0", checksums.ExecuteScalar());
    }

    [Fact]
    public async Task It_is_repaired()
    {
        Make(Envelope, Envelope.Replace("\"id\":\"1\"", "\"id\":\"2\"", StringComparison.Ordinal)[..^1]);

        new JournalRepair(Database, TimeProvider.System, NullLogger.Instance).Run(["web1"]);

        using var journal = Open();
        var read = await journal.ReadAsync(EventFilter.All, journal.Oldest(EventFilter.All), 10, TestJournal.Cancelled);
        Assert.Equal(["STOP", "EVENTS_LOST"], read.Entries.Select(static entry => entry.Name));
    }

    [Fact]
    public async Task One_that_cannot_be_changed_is_refused_and_left_as_it_is()
    {
        Make(Envelope);
        using (var beside = Connect())
        {
            beside.Execute("PRAGMA journal_mode=DELETE; BEGIN IMMEDIATE");
            Assert.Contains("Another program", Assert.Throws<ConfigurationException>(Open).Message, StringComparison.Ordinal);
        }

        using var journal = Open();
        Assert.Single((await journal.ReadAsync(EventFilter.All, 0, 10, TestJournal.Cancelled)).Entries);
    }

    private void Make(params string[] envelopes)
    {
        using var connection = Connect();
        connection.Execute("""
            PRAGMA journal_mode=WAL;
            CREATE TABLE events(id INTEGER PRIMARY KEY, vm TEXT NOT NULL, event TEXT NOT NULL, received INTEGER NOT NULL, envelope BLOB NOT NULL);
            CREATE TABLE trimmed(vm TEXT NOT NULL, event TEXT NOT NULL, upto INTEGER NOT NULL, PRIMARY KEY (vm, event)) WITHOUT ROWID;
            PRAGMA user_version=1;
            """);
        foreach (var envelope in envelopes)
        {
            connection.Execute($"INSERT INTO events(vm, event, received, envelope) VALUES ('web1', 'STOP', {DateTime.UtcNow.Ticks}, CAST('{envelope}' AS BLOB))");
        }
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    private EventJournal Open() => new(temp.Path, new JournalOptions(), TimeProvider.System, new Logger<EventJournal>(new LoggerFactory([])));
}
