using Gateway.Journal;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>Where ids go on after a start, and what becomes of the file that says so.</summary>
public sealed class JournalIdsTests : KilledJournal
{
    [Fact]
    public async Task Nothing_is_lost_or_skipped_by_a_kill()
    {
        Kill();

        using var journal = Open();

        Assert.Equal(Count, journal.Head);
        Assert.Equal(Count + 1, Append(journal));
        Assert.Equal(Enumerable.Range(1, Count + 1), await NumbersAsync(journal));
        Assert.Throws<UnknownCursorException>(() => journal.Validate(EventFilter.All, Count + 2));
        Assert.Empty(Log.Lines);
    }

    [Fact]
    public async Task Nothing_is_lost_or_skipped_by_an_end()
    {
        Write().Dispose();
        for (var i = 1; i <= 3; i++)
        {
            using var journal = Open();
            Assert.Equal(Count + i, Append(journal));
            Assert.Equal(Enumerable.Range(1, Count + i), await NumbersAsync(journal));
        }

        Assert.Empty(Log.Lines);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("empty")]
    [InlineData("directory")]
    [InlineData("truncated")]
    [InlineData("header")]
    public async Task Without_the_file_of_ids_new_ones_are_beyond_all_that_may_have_been_given(string how)
    {
        Kill();
        if (how == "lost")
        {
            File.Delete(FileOf("journal.ids"));
        }
        else
        {
            DamagedFiles.Damage(FileOf("journal.ids"), how, new Random(1));
        }

        long next;
        using (var journal = Open())
        {
            next = Append(journal);
            Assert.True(next > JournalIds.Clock(TestJournal.Now));
            Assert.Equal(Enumerable.Range(1, Count + 1), await NumbersAsync(journal));
            // Everything is here: who saw the last entry goes on, and who saw one that is not here is told.
            journal.Validate(EventFilter.All, Count);
            Assert.Throws<CursorExpiredException>(() => journal.Validate(EventFilter.All, Count + 1));
            Assert.Contains("missing, damaged or does not match the journal", Assert.Single(Log.Lines), StringComparison.Ordinal);
        }

        // Known again from now on.
        using var again = Open();
        Assert.Equal(next + 1, Append(again));
        Assert.Throws<CursorExpiredException>(() => again.Validate(EventFilter.All, Count + 1));
        Assert.Single(Log.Lines);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void An_older_copy_of_the_directory_gives_no_id_of_what_was_written_after_it(bool killed, bool inPlace)
    {
        using var older = new TempDirectory();
        if (killed)
        {
            Kill();
        }
        else
        {
            Write().Dispose();
        }

        Copy(Directory, older.Path);
        // In place it is the same file, and was changed long after it was written; else another one, however soon after.
        var record = IdRecord.Read(File.ReadAllBytes(older.File("journal.ids")))!;
        PutIds(older.File("journal.ids"), record with { WrittenAt = DateTimeOffset.UtcNow + (inPlace ? TimeSpan.FromMinutes(-1) : TimeSpan.FromSeconds(1)) });
        long shown;
        using (var journal = Open())
        {
            shown = Enumerable.Range(0, 10).Select(_ => Append(journal)).Last();
        }

        foreach (var file in inPlace ? [] : System.IO.Directory.GetFiles(Directory))
        {
            File.Delete(file);
        }

        Copy(older.Path, Directory);

        using var restored = Open();
        Assert.Throws<CursorExpiredException>(() => restored.Validate(EventFilter.All, shown));
        Assert.True(Append(restored) > shown);
        restored.Validate(EventFilter.All, Count);
    }

    [Fact]
    public async Task After_a_loss_of_power_ids_go_on_after_the_reserved_ones_and_nothing_is_told()
    {
        Kill();
        PutKilled(static record => record with { Boot = Guid.NewGuid(), Last = Count - 5 });
        long next;
        using (var journal = Open())
        {
            next = Append(journal);
            Assert.Equal(JournalIds.Ahead + 2, next);
            Assert.Equal(Enumerable.Range(1, Count + 1), await NumbersAsync(journal));
            journal.Validate(EventFilter.All, Count);
            Assert.Throws<CursorExpiredException>(() => journal.Validate(EventFilter.All, Count + 1));
            Assert.Throws<CursorExpiredException>(() => journal.Validate(EventFilter.All, next - 1));
            Assert.Throws<UnknownCursorException>(() => journal.Validate(EventFilter.All, next + 1));
            // It stands still until there is something new: a cursor that was given out before.
            Assert.Equal(Count, journal.Opened);
        }

        using var again = Open();
        Assert.Equal(next + 1, Append(again));
        Assert.Empty(Log.Lines);
    }

    [Fact]
    public void A_start_that_writes_nothing_forgets_no_gap()
    {
        Kill();
        PutKilled(static record => record with { Boot = Guid.NewGuid() });
        for (var i = 0; i < 3; i++)
        {
            using var journal = Open();
            Assert.Equal(Count, journal.Head);
            Assert.Throws<CursorExpiredException>(() => journal.Validate(EventFilter.All, JournalIds.Ahead));
        }

        using var last = Open();
        Assert.Equal(JournalIds.Ahead + 2, Append(last));
    }

    [Fact]
    public async Task Events_wait_where_ids_cannot_be_reserved()
    {
        Kill();
        File.Delete(FileOf("journal.ids"));
        File.CreateSymbolicLink(FileOf("journal.ids"), "/dev/full");
        using (var journal = Open())
        {
            Append(journal);
            TestJournal.Until(() => journal.Trouble is not null);
            Assert.Contains("journal.ids cannot be written", journal.Trouble, StringComparison.Ordinal);
            Assert.DoesNotContain(Directory, journal.Trouble, StringComparison.Ordinal);
            Assert.Equal(Count, journal.Head);
        }

        File.Delete(FileOf("journal.ids"));
        using var next = Open();
        Assert.True(Append(next) > Count);
        Assert.Equal([.. Enumerable.Range(1, Count), Count + 2], await NumbersAsync(next));
    }

    [Fact]
    public void Ids_are_reserved_in_time_and_one_sync_serves_many()
    {
        using var journal = Open();
        for (var i = 0; i < JournalIds.Ahead + 10; i++)
        {
            Append(journal);
        }

        TestJournal.Until(() => journal.Head == journal.LastAppended);
        var record = IdRecord.Read(File.ReadAllBytes(FileOf("journal.ids")))!;
        Assert.Equal(journal.Head, record.Last);
        Assert.InRange(record.Reserved, journal.Head, journal.Head + JournalIds.Ahead);
        Assert.False(record.Clean);
    }

    [Fact]
    public void Gaps_are_bounded_and_stay_in_order()
    {
        IReadOnlyList<IdGap> gaps = [];
        for (var i = 1; i <= IdRecord.MaxGaps + 10; i++)
        {
            gaps = IdRecord.With(gaps, new IdGap(i * 100, (i * 100) + 50));
        }

        Assert.Equal(IdRecord.MaxGaps, gaps.Count);
        Assert.Equal(new IdGap(100, 1150), gaps[0]);
        Assert.Equal(new IdGap(1200, 1250), gaps[1]);
        var page = new byte[IdRecord.Size];
        new IdRecord { Gaps = gaps, Last = 7 }.Write(page);
        Assert.Equal(gaps, IdRecord.Read(page)!.Gaps);
        // The second try of a start that got no further.
        Assert.Equal([new IdGap(1, 9)], IdRecord.With([new IdGap(1, 5)], new IdGap(1, 9)));
        for (var at = 0; at < page.Length; at += 7)
        {
            page[at] ^= 1;
            Assert.Null(IdRecord.Read(page));
            page[at] ^= 1;
        }
    }
}
