using System.Collections.Concurrent;
using System.Text.Json;
using Gateway.Journal;
using Gateway.Settings;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Journal;

public sealed class EventJournalTests : IDisposable
{
    private readonly TestJournal test = new();

    private EventJournal Journal => test.Journal;

    public void Dispose() => test.Dispose();

    [Fact]
    public async Task A_new_journal_is_empty_and_its_head_is_a_cursor()
    {
        Assert.Equal(0, Journal.Head);
        Assert.Equal(0, Journal.Oldest(EventFilter.All));
        Journal.Validate(EventFilter.All, 0);

        var batch = await Journal.ReadAsync(EventFilter.All, 0, 10, TestJournal.Cancelled);

        Assert.Empty(batch.Entries);
        Assert.Equal(0, batch.Cursor);
    }

    [Fact]
    public async Task What_was_appended_is_read_in_order()
    {
        long[] ids = [test.Append("b"), test.Append("a", "RESET"), test.Append("b", "RESUME")];
        test.WaitVisible();

        var read = await test.ReadAllAsync();

        Assert.Equal(ids, read.Select(entry => entry.Id));
        Assert.Equal(["b", "a", "b"], read.Select(entry => entry.Vm));
        Assert.Equal(["STOP", "RESET", "RESUME"], read.Select(entry => entry.Name));
        Assert.Equal(ids[^1], Journal.Head);
        Assert.Equal(ids[^1], Journal.LastAppended);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task Pages_of_any_size_make_up_the_whole(int limit)
    {
        test.AppendMany(7);
        test.AppendMany(7, "db1");

        Assert.Equal(Enumerable.Range(1, 14).Select(i => (long)i), await test.ReadIdsAsync(limit: limit));
        Assert.Equal(Enumerable.Range(8, 7).Select(i => (long)i), await test.ReadIdsAsync(new EventFilter([new VmPattern("db*")]), limit: limit));

        test.Reopen();
        Assert.Equal(Enumerable.Range(8, 7).Select(i => (long)i), await test.ReadIdsAsync(new EventFilter([new VmPattern("db*")]), limit: limit));
    }

    [Fact]
    public async Task Concurrent_appenders_get_ascending_ids_and_keep_their_order()
    {
        var given = new ConcurrentDictionary<string, List<long>>();

        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
        {
            var vm = $"vm{worker}";
            given[vm] = [.. Enumerable.Range(0, 500).Select(i => test.Append(vm, data: $$"""{"n":{{i}}}"""))];
        });
        test.WaitVisible();
        var read = await test.ReadAllAsync();

        Assert.Equal(Enumerable.Range(1, 2000).Select(i => (long)i), read.Select(entry => entry.Id));
        foreach (var (vm, ids) in given)
        {
            var own = read.Where(entry => entry.Vm == vm).ToArray();
            Assert.Equal(ids, own.Select(entry => entry.Id));
            Assert.Equal(Enumerable.Range(0, 500).Select(i => $$"""{"n":{{i}}}"""), own.Select(entry => entry.Data().ToString()));
        }
    }

    [Fact]
    public async Task An_entry_can_be_seen_only_once_it_is_committed()
    {
        using var other = test.Beside();
        other.Execute("BEGIN IMMEDIATE");

        var id = test.Append();
        TestJournal.Until(() => Journal.Trouble is not null);

        Assert.Equal(id, Journal.LastAppended);
        Assert.Equal(0, Journal.Head);
        var batch = await Journal.ReadAsync(EventFilter.All, 0, 10, TestJournal.Cancelled);
        Assert.Empty(batch.Entries);
        Assert.Equal(0, batch.Cursor);

        other.Execute("ROLLBACK");
        test.WaitVisible();
        Assert.Equal([id], await test.ReadIdsAsync());
        TestJournal.Until(() => Journal.Trouble is null);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"action": "pause", "info": {"type":"hyper-v", "arg1": 18446744073709551615}}""")]
    [InlineData("""{"b":1.0,"a":1e2,"a":-0,"é":"\u00e9 </script> \ud83d\ude00"}""")]
    public async Task The_envelope_is_the_contracts_and_the_payload_verbatim(string data)
    {
        test.Time.SetUtcNow(new DateTimeOffset(2026, 11, 24, 3, 53, 0, TimeSpan.Zero).AddTicks(1239999));
        test.Append("web1", "GUEST_PANICKED", data, new DateTimeOffset(2026, 11, 24, 4, 53, 0, TimeSpan.FromHours(1)).AddMicroseconds(123456));
        test.WaitVisible();
        var expected = """{"id":"1","vm":"web1","event":"GUEST_PANICKED","origin":"qemu","timestamp":"2026-11-24T03:53:00.123456Z","""
            + "\"receivedAt\":\"2026-11-24T03:53:00.123999Z\",\"data\":" + data + "}";

        var read = Assert.Single(await test.ReadAllAsync());
        Assert.Equal(expected, read.Text());
        Assert.Equal(data, read.Data().ToString());

        test.Reopen();
        Assert.Equal(expected, Assert.Single(await test.ReadAllAsync()).Text());
    }

    [Fact]
    public async Task The_gateways_own_events_say_so_and_a_missing_clock_is_null()
    {
        Journal.Append(new NewEvent("web1", "VM_ADDED", EventOrigin.Gateway, JsonText.EmptyObject, null));
        test.WaitVisible();

        using var envelope = JsonDocument.Parse(Assert.Single(await test.ReadAllAsync()).Envelope);
        Assert.Equal("gateway", envelope.RootElement.GetProperty("origin").GetString());
        Assert.Equal(JsonValueKind.Null, envelope.RootElement.GetProperty("timestamp").ValueKind);
        Assert.Equal("2026-11-24T03:53:00.000000Z", envelope.RootElement.GetProperty("receivedAt").GetString());
    }

    [Fact]
    public async Task Closing_writes_what_waits_and_opening_goes_on_with_the_ids()
    {
        for (var i = 0; i < 100; i++)
        {
            test.Append();
        }

        test.Reopen();

        Assert.Equal(100, Journal.Head);
        Assert.Equal(100, Journal.LastAppended);
        Assert.Equal(101, test.Append());
        test.WaitVisible();
        Assert.Equal(Enumerable.Range(1, 101).Select(i => (long)i), await test.ReadIdsAsync());
    }

    [Theory]
    [InlineData(JournalSync.Full, 2)]
    [InlineData(JournalSync.Normal, 1)]
    public void Either_way_of_writing_keeps_entries(JournalSync sync, long expected)
    {
        using var own = new TestJournal(new JournalOptions { Sync = sync });
        own.AppendMany((int)expected);
        own.Reopen();

        Assert.Equal(expected, own.Journal.Head);
    }

    [Fact]
    public void Closing_twice_does_no_harm()
    {
        Journal.Dispose();
        Journal.Dispose();
    }

    [Fact]
    public void The_files_are_closed_to_other_users()
    {
        test.AppendMany(1);

        var files = Directory.GetFiles(Path.GetDirectoryName(test.Database)!);
        Assert.Contains(test.Database + "-wal", files);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void A_file_that_is_no_journal_is_named()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory.File("journal.db"), new string('x', 5000));

        var refusal = Assert.Throws<ConfigurationException>(() => test.Open(directory.Path));

        Assert.Contains(directory.File("journal.db"), refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--journal-repair", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_gateways_journal_is_left_alone()
    {
        using (var beside = test.Beside())
        {
            beside.Execute("PRAGMA user_version=1000");
        }

        var refusal = Assert.Throws<ConfigurationException>(() => test.Open(Path.GetDirectoryName(test.Database)!));

        Assert.Contains("newer gateway", refusal.Message, StringComparison.Ordinal);
    }
}
