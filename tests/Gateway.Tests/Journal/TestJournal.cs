using System.Text;
using Gateway.Journal;
using Gateway.Journal.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>A journal in a directory of its own, which can be closed and opened again.</summary>
internal sealed class TestJournal : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 3, 53, 0, TimeSpan.Zero);

    private readonly TempDirectory temp = new();
    private readonly JournalOptions options;

    public TestJournal(JournalOptions? options = null)
    {
        this.options = options ?? new JournalOptions { Sync = JournalSync.Normal };
        Journal = Open(temp.Path);
    }

    /// <summary>On a disk that a test plays.</summary>
    public TestJournal(Func<string, JournalStore> disk)
    {
        options = new JournalOptions();
        Journal = new EventJournal(disk(Database), options, Time, new Logger<EventJournal>(new LoggerFactory([Log])));
    }

    public CountingTime Time { get; } = new();

    public EventJournal Journal { get; private set; }

    public string Directory => temp.Path;

    public string Database => temp.File("journal.db");

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public HostLog Log { get; } = new();

    public EventJournal Open(string directory) => new(directory, options, Time, new Logger<EventJournal>(new LoggerFactory([Log])));

    public void Reopen()
    {
        Journal.Dispose();
        Journal = Open(temp.Path);
    }

    public long Append(string vm = "web1", string name = "STOP", string data = "{}", DateTimeOffset? timestamp = null) =>
        Journal.Append(new NewEvent(vm, name, EventOrigin.Qemu, new JsonText(Encoding.UTF8.GetBytes(data)), timestamp));

    /// <summary>Appends some of the same, and waits until readers can see them.</summary>
    public void AppendMany(int count, string vm = "web1", string name = "STOP")
    {
        for (var i = 0; i < count; i++)
        {
            Append(vm, name);
        }

        WaitVisible();
    }

    /// <summary>Waits until readers can see all that was appended.</summary>
    public void WaitVisible()
    {
        var last = Journal.LastAppended;
        Until(() => Journal.Head >= last);
    }

    /// <summary>Reads from a cursor to the end, page by page.</summary>
    public async Task<List<JournalEntry>> ReadAllAsync(EventFilter? filter = null, long after = 0, int limit = 1000)
    {
        var found = new List<JournalEntry>();
        while (after < Journal.Head)
        {
            var batch = await Journal.ReadAsync(filter ?? EventFilter.All, after, limit, Cancelled);
            Assert.True(batch.Cursor > after);
            Assert.InRange(batch.Entries.Count, 0, limit);
            found.AddRange(batch.Entries);
            after = batch.Cursor;
        }

        return found;
    }

    public async Task<long[]> ReadIdsAsync(EventFilter? filter = null, long after = 0, int limit = 1000) =>
        [.. (await ReadAllAsync(filter, after, limit)).Select(static entry => entry.Id)];

    /// <summary>Opens the database beside the journal.</summary>
    public SqliteConnection Beside()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>Waits for what nothing announces.</summary>
    public static void Until(Func<bool> seen) => Assert.True(SpinWait.SpinUntil(seen, Patience));

    public void Dispose()
    {
        Journal.Dispose();
        temp.Dispose();
    }
}

/// <summary>A clock that stands still, and knows how many waits with a time limit have begun.</summary>
internal sealed class CountingTime() : FakeTimeProvider(TestJournal.Now)
{
    private int waits;
    private TimeSpan wrong;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + wrong;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    /// <summary>Sets the clock wrong; what measures durations does not notice.</summary>
    public void Jump(TimeSpan by) => wrong += by;

    public int Waits => Volatile.Read(ref waits);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref waits);
        return timer;
    }
}

internal static class JournalExtensions
{
    public static string Text(this JournalEntry entry) => Encoding.UTF8.GetString(entry.Envelope.Span);

    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
