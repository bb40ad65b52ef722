using Gateway.Journal;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>A gateway that is killed, and a disk that does not take what it is given.</summary>
public sealed class JournalFailureTests : IDisposable
{
    private readonly TestJournal test = new();

    private EventJournal Journal => test.Journal;

    public void Dispose() => test.Dispose();

    [Fact]
    public async Task What_was_visible_is_there_after_a_kill_and_ids_go_on()
    {
        using var after = new TempDirectory();
        test.AppendMany(50);
        test.AppendMany(50, "db1");
        var visible = (await test.ReadAllAsync()).Select(JournalExtensions.Text).ToArray();

        // The files as they are while the journal is open: what a killed process leaves.
        foreach (var file in (string[])["journal.db", "journal.db-wal"])
        {
            File.Copy(Path.Combine(Path.GetDirectoryName(test.Database)!, file), after.File(file));
        }

        using var copy = test.Open(after.Path);
        Assert.Equal(100, copy.Head);
        var read = await copy.ReadAsync(EventFilter.All, 0, 1000, TestJournal.Cancelled);
        Assert.Equal(visible, read.Entries.Select(JournalExtensions.Text));
        // Above what the killed one may have given: its file of ids is not here.
        Assert.True(copy.Append(new NewEvent("web1", "STOP", EventOrigin.Qemu, QmpGateway.Qmp.JsonText.EmptyObject, null)) > JournalIds.Clock(TestJournal.Now));
    }

    [Fact]
    public async Task What_went_stays_gone_after_a_kill()
    {
        using var own = new TestJournal(new JournalOptions { KeepEventsPerVm = 10, Sync = JournalSync.Normal });
        using var after = new TempDirectory();
        own.AppendMany(30);
        TestJournal.Until(() => own.Journal.Oldest(EventFilter.All) == 20);
        own.AppendMany(1);
        TestJournal.Until(() => own.Journal.Oldest(EventFilter.All) == 21);
        // Another entry is written after all of the trims before it.
        own.AppendMany(1, "db1");
        foreach (var file in (string[])["journal.db", "journal.db-wal"])
        {
            File.Copy(Path.Combine(Path.GetDirectoryName(own.Database)!, file), after.File(file));
        }

        using var copy = own.Open(after.Path);
        Assert.Equal(21, Assert.Throws<CursorExpiredException>(() => copy.Validate(EventFilter.All, 20)).Oldest);
        var read = await copy.ReadAsync(EventFilter.All, 21, 1000, TestJournal.Cancelled);
        Assert.Equal(Enumerable.Range(22, 11).Select(i => (long)i), read.Entries.Select(entry => entry.Id));
    }

    [Theory]
    [InlineData("SELECT RAISE(FAIL, 'the disk is full')")]
    [InlineData("SELECT RAISE(ABORT, 'the disk is full')")]
    [InlineData("SELECT RAISE(ROLLBACK, 'the disk is full')")]
    [InlineData("SELECT RAISE(FAIL, 'the disk is full') WHERE NEW.id % 7 = 0")]
    public async Task Events_wait_for_a_disk_that_fails_and_none_is_lost(string failure)
    {
        test.AppendMany(3);
        using var beside = test.Beside();
        beside.Execute($"CREATE TRIGGER full BEFORE INSERT ON events BEGIN {failure}; END");

        for (var i = 0; i < 20; i++)
        {
            test.Append(data: $$"""{"n":{{i}}}""");
        }

        TestJournal.Until(() => Journal.Trouble is not null);
        Assert.Contains("the disk is full", Journal.Trouble, StringComparison.Ordinal);
        Assert.InRange(Journal.Head, 3, 6);
        for (var i = 20; i < 40; i++)
        {
            test.Append(data: $$"""{"n":{{i}}}""");
        }

        Assert.InRange((await test.ReadIdsAsync()).Length, 3, 6);
        Assert.Equal(43, Journal.LastAppended);

        beside.Execute("DROP TRIGGER full");
        test.WaitVisible();

        var read = await test.ReadAllAsync(after: 3);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $$"""{"n":{{i}}}"""), read.Select(entry => entry.Data().ToString()));
        Assert.Equal(Enumerable.Range(4, 40).Select(i => (long)i), read.Select(entry => entry.Id));
        TestJournal.Until(() => Journal.Trouble is null);
    }

    [Fact]
    public async Task Events_wait_for_somebody_who_holds_the_file()
    {
        using var beside = test.Beside();
        beside.Execute("BEGIN IMMEDIATE");
        test.Append();
        TestJournal.Until(() => Journal.Trouble is not null);

        beside.Execute("ROLLBACK");
        test.WaitVisible();

        Assert.Equal(1, Assert.Single(await test.ReadIdsAsync()));
    }

    [Fact]
    public async Task Closing_does_not_wait_for_a_disk_that_fails()
    {
        test.AppendMany(3);
        using (var beside = test.Beside())
        {
            beside.Execute("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");
            test.Append();
            TestJournal.Until(() => Journal.Trouble is not null);

            await Task.Run(Journal.Dispose, TestJournal.Cancelled).WaitAsync(TimeSpan.FromSeconds(5), TestJournal.Cancelled);
            beside.Execute("DROP TRIGGER full");
        }

        test.Reopen();
        Assert.Equal(3, Journal.Head);
    }

    [Fact]
    public void A_trim_that_fails_is_made_up_for_later()
    {
        using var own = new TestJournal(new JournalOptions { KeepEventsPerVm = 10, Sync = JournalSync.Normal });
        own.AppendMany(10);
        using var beside = own.Beside();
        beside.Execute("CREATE TRIGGER stuck BEFORE DELETE ON events BEGIN SELECT RAISE(FAIL, 'not now'); END");
        own.AppendMany(10);
        TestJournal.Until(() => own.Journal.Oldest(EventFilter.All) > 0);
        beside.Execute("DROP TRIGGER stuck");

        own.AppendMany(5);
        TestJournal.Until(() => own.Journal.Oldest(EventFilter.All) == 15);
        // Another VM's entry is written after all of the trims before it.
        own.AppendMany(1, "db1");

        Assert.Equal(11, Count(beside));
    }

    private static long Count(Microsoft.Data.Sqlite.SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM events";
        return (long)command.ExecuteScalar()!;
    }
}
