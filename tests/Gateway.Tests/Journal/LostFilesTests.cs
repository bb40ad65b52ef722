using Gateway.Journal;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>
/// A part of the journal's files is damaged, cut or lost after the gateway was killed or ended: no id is given twice, a loss is reported, and nothing is
/// reported if nothing is lost.
/// </summary>
public sealed class LostFilesTests : KilledJournal
{
    [Fact]
    public async Task A_log_that_is_cut_anywhere_is_noticed()
    {
        Kill();
        var whole = File.ReadAllBytes(FileOf("journal.db-wal"));
        // A frame is a page and 24 bytes. SQLite takes no part of one.
        var frames = (whole.Length - 32) / Frame;
        Assert.True(frames >= Count);
        for (var frame = 0; frame <= frames; frame++)
        {
            await AssertLossIsNoticedAsync(() => File.WriteAllBytes(FileOf("journal.db-wal"), whole[..(frame == 0 ? 20 : 32 + ((frame - 1) * Frame) + 100)]));
        }
    }

    [Fact]
    public async Task A_log_with_a_wrong_byte_in_any_frame_is_noticed()
    {
        Kill();
        var whole = File.ReadAllBytes(FileOf("journal.db-wal"));
        var random = new Random(1);
        for (var at = 0; at < whole.Length; at += Frame)
        {
            var wrong = (byte[])whole.Clone();
            wrong[Math.Min(at + random.Next(at == 0 ? 32 : 16_384), whole.Length - 1)] ^= 0x10;
            await AssertLossIsNoticedAsync(() => File.WriteAllBytes(FileOf("journal.db-wal"), wrong));
        }
    }

    [Theory]
    [InlineData("journal.db-wal")]
    [InlineData("journal.db")]
    public async Task A_file_with_entries_that_is_lost_is_noticed(string name)
    {
        Kill();

        await AssertLossIsNoticedAsync(() => File.Delete(FileOf(name)));
    }

    [Fact]
    public async Task The_index_of_the_log_may_be_lost()
    {
        Kill();
        File.WriteAllBytes(FileOf("journal.db-shm"), new byte[32_768]);

        using var journal = Open();

        Assert.Equal(Count + 1, Append(journal));
        Assert.Equal(Enumerable.Range(1, Count + 1), await NumbersAsync(journal));
        Assert.Empty(Log.Lines);
    }

    [Fact]
    public async Task A_log_that_is_cut_after_it_was_copied_in_part_is_noticed_where_anything_is_missing()
    {
        using (Write())
        {
            using var beside = new SqliteConnection($"Data Source={FileOf("journal.db")};Pooling=False");
            beside.Open();
            beside.Execute("PRAGMA wal_checkpoint(PASSIVE)");
            Snapshot();
        }

        var whole = Files["journal.db-wal"];
        for (var length = 32; length < whole.Length; length += Frame)
        {
            PutKilled();
            File.WriteAllBytes(FileOf("journal.db-wal"), whole[..length]);
            Log = new HostLog();
            using var journal = Open();
            TestJournal.Until(() => journal.Head >= journal.LastAppended);
            try
            {
                var read = await EventsAsync(journal);
                var kept = read.Where(static entry => entry.Name != "EVENTS_LOST").ToArray();
                Assert.All(kept, static entry => Assert.Equal($"E{entry.Id}", entry.Name));
                Assert.True(kept.Length == Count || read.Count > kept.Length, $"{kept.Length} of {Count} are here, and nobody is told");
            }
            catch (JournalUnreadableException)
            {
                Assert.NotNull(journal.Trouble);
            }
        }
    }

    [Fact]
    public async Task A_database_with_an_entry_missing_in_the_middle_and_no_log_is_noticed()
    {
        Kill();
        using (var beside = new SqliteConnection($"Data Source={FileOf("journal.db")};Pooling=False"))
        {
            beside.Open();
            beside.Execute("DELETE FROM events WHERE id = 20; PRAGMA wal_checkpoint(TRUNCATE)");
        }

        using var journal = Open();
        Assert.Equal("EVENTS_LOST", (await EventsAsync(journal))[^1].Name);
    }

    [Fact]
    public async Task A_log_that_another_program_copied_into_the_database_is_no_loss()
    {
        Kill();
        using (var beside = new SqliteConnection($"Data Source={FileOf("journal.db")};Pooling=False"))
        {
            beside.Open();
            beside.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        Assert.False(File.Exists(FileOf("journal.db-wal")));
        using var journal = Open();
        Assert.Equal(Count + 1, Append(journal));
        Assert.Equal(Enumerable.Range(1, Count + 1), await NumbersAsync(journal));
        Assert.Empty(Log.Lines);
    }

    [Fact]
    public async Task A_loss_is_told_again_until_it_is_written()
    {
        Kill();
        File.Delete(FileOf("journal.db-wal"));
        long floor;
        using (var first = OpenOn(new PlayedDisk(FileOf("journal.db")) { Failure = 13 }))
        {
            TestJournal.Until(() => first.Trouble is not null);
            // Also where this one is killed before it has told anybody.
            Assert.Equal(Count, IdRecord.Read(File.ReadAllBytes(FileOf("journal.ids")))!.Last);
            floor = first.LastAppended;
        }

        using (var second = Open())
        {
            var told = await EventsAsync(second);
            Assert.Equal("EVENTS_LOST", Assert.Single(told).Name);
            Assert.True(told[0].Id > floor);
        }

        using var third = Open();
        Assert.Single(await EventsAsync(third));
    }

    [Fact]
    public void Events_that_wait_when_a_gateway_ends_on_a_full_disk_are_told_of_at_the_next_start()
    {
        long waiting;
        var disk = new PlayedDisk(FileOf("journal.db"));
        using (var journal = OpenOn(disk))
        {
            var written = Append(journal);
            TestJournal.Until(() => journal.Head == written);
            disk.Failure = 13;
            waiting = Append(journal);
            TestJournal.Until(() => journal.Trouble is not null);
        }

        using var next = Open();
        TestJournal.Until(() => next.Head > waiting);
        Assert.Throws<CursorExpiredException>(() => next.Validate(EventFilter.All, waiting));
        Assert.Contains(Log.Lines, static line => line.Contains("A part of the journal is lost", StringComparison.Ordinal));
    }

    /// <summary>Damages the files of a killed gateway, and looks what the next ones do.</summary>
    private async Task AssertLossIsNoticedAsync(Action damage)
    {
        PutKilled();
        damage();
        Log = new HostLog();
        long last;
        using (var journal = Open())
        {
            var read = await EventsAsync(journal);
            // A part of them, from the beginning on, and none of them as another.
            var kept = read.TakeWhile(static entry => entry.Name != "EVENTS_LOST").ToArray();
            Assert.InRange(kept.Length, 0, Count - 1);
            Assert.Equal(Enumerable.Range(1, kept.Length), kept.Select(static entry => int.Parse(entry.Name[1..], null)));
            var lost = Assert.Single(read.Skip(kept.Length));
            Assert.Equal("web1", lost.Vm);
            Assert.StartsWith("""{"count":null,"from":""", lost.Data().ToString(), StringComparison.Ordinal);
            Assert.True(lost.Id > Count);
            Assert.Contains("A part of the journal is lost", Log.Lines.First(), StringComparison.Ordinal);
            for (var shown = 1; shown <= Count; shown++)
            {
                if (shown <= kept.Length)
                {
                    journal.Validate(EventFilter.All, shown);
                }
                else
                {
                    var expired = Assert.Throws<CursorExpiredException>(() => journal.Validate(EventFilter.All, shown));
                    journal.Validate(EventFilter.All, expired.Oldest);
                }
            }

            last = Append(journal);
            Assert.Equal(lost.Id + 1, last);
            TestJournal.Until(() => journal.Head == last);
        }

        using var again = Open();
        Assert.Equal(last + 1, Append(again));
        Assert.Throws<CursorExpiredException>(() => again.Validate(EventFilter.All, Count));
        Assert.Equal(["A part", "Events of web1 are lost"], Log.Lines.Select(static line => line[7..])
            .Select(static line => line.StartsWith("A part", StringComparison.Ordinal) ? line[..6] : line[..23]));
    }
}
