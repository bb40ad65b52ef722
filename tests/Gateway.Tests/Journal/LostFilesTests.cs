using Gateway.Journal;
using Microsoft.Extensions.Logging;
using Qmp;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>
/// A part of the journal's files is damaged, cut, lost, or an older one, after the gateway was killed or ended: no id is given twice, a loss is told,
/// and nothing is told where nothing is lost.
/// </summary>
public sealed class LostFilesTests : IDisposable
{
    private const int Count = 40;

    private readonly TempDirectory temp = new();
    private readonly CountingTime time = new();
    private HostLog log = new();
    private Dictionary<string, byte[]> files = [];
    private int appended;

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task Nothing_is_lost_or_skipped_by_a_kill()
    {
        Kill();

        using var journal = Open();

        Assert.Equal(Count, journal.Head);
        Assert.Equal(Count + 1, Append(journal));
        Assert.Equal(Enumerable.Range(1, Count + 1), await NumbersAsync(journal));
        Assert.Throws<UnknownCursorException>(() => journal.Validate(EventFilter.All, Count + 2));
        Assert.Empty(log.Lines);
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

        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task A_log_that_is_cut_anywhere_is_noticed()
    {
        Kill();
        var whole = File.ReadAllBytes(FileOf("journal.db-wal"));
        // A frame is a page and 24 bytes. SQLite takes no part of one.
        var frames = (whole.Length - 32) / (16_384 + 24);
        Assert.True(frames >= Count);
        for (var frame = 0; frame <= frames; frame++)
        {
            await AssertLossIsNoticedAsync(() => File.WriteAllBytes(FileOf("journal.db-wal"), whole[..(frame == 0 ? 20 : 32 + ((frame - 1) * (16_384 + 24)) + 100)]));
        }
    }

    [Fact]
    public async Task A_log_with_a_wrong_byte_in_any_frame_is_noticed()
    {
        Kill();
        var whole = File.ReadAllBytes(FileOf("journal.db-wal"));
        var random = new Random(1);
        for (var at = 0; at < whole.Length; at += 16_384 + 24)
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
        Assert.Empty(log.Lines);
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
            Assert.Contains("missing, damaged or a copy", Assert.Single(log.Lines), StringComparison.Ordinal);
        }

        // Known again from now on.
        using var again = Open();
        Assert.Equal(next + 1, Append(again));
        Assert.Throws<CursorExpiredException>(() => again.Validate(EventFilter.All, Count + 1));
        Assert.Single(log.Lines);
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

        Copy(temp.Path, older.Path);
        // It was made a while ago.
        var record = IdRecord.Read(File.ReadAllBytes(older.File("journal.ids")))!;
        PutIds(older.File("journal.ids"), record with { WrittenAt = record.WrittenAt - TimeSpan.FromMinutes(1) });
        long shown;
        using (var journal = Open())
        {
            shown = Enumerable.Range(0, 10).Select(_ => Append(journal)).Last();
        }

        foreach (var file in inPlace ? [] : Directory.GetFiles(temp.Path))
        {
            File.Delete(file);
        }

        Copy(older.Path, temp.Path);

        using var restored = Open();
        Assert.Throws<CursorExpiredException>(() => restored.Validate(EventFilter.All, shown));
        Assert.True(Append(restored) > shown);
        restored.Validate(EventFilter.All, Count);
    }

    [Fact]
    public async Task A_loss_is_told_again_until_it_is_written()
    {
        Kill();
        File.Delete(FileOf("journal.db-wal"));
        long floor;
        using (var first = new EventJournal(new PlayedDisk(FileOf("journal.db")) { Failure = 13 }, new JournalOptions(), time, Logger, ["web1"]))
        {
            TestJournal.Until(() => first.Trouble is not null);
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
        using (var journal = new EventJournal(disk, new JournalOptions(), time, Logger, ["web1"]))
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
        Assert.Contains(log.Lines, static line => line.Contains("A part of the journal is lost", StringComparison.Ordinal));
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

    /// <summary>Damages the files of a killed gateway, and looks what the next ones do.</summary>
    private async Task AssertLossIsNoticedAsync(Action damage)
    {
        PutKilled();
        damage();
        log = new HostLog();
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
            Assert.Contains("A part of the journal is lost", log.Lines.First(), StringComparison.Ordinal);
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
        Assert.Equal(["A part", "Events of web1 are lost"], log.Lines.Select(static line => line[7..])
            .Select(static line => line.StartsWith("A part", StringComparison.Ordinal) ? line[..6] : line[..23]));
    }

    private string FileOf(string name) => temp.File(name);

    private EventJournal Open() => new(temp.Path, new JournalOptions { Sync = JournalSync.Normal }, time, Logger, ["web1"]);

    private Logger<EventJournal> Logger => new(new LoggerFactory([log]));

    private long Append(EventJournal journal) =>
        journal.Append(new NewEvent("web1", $"E{++appended}", EventOrigin.Qemu, JsonText.EmptyObject, null));

    private static async Task<IReadOnlyList<JournalEntry>> EventsAsync(EventJournal journal)
    {
        TestJournal.Until(() => journal.Head >= journal.LastAppended);
        return (await journal.ReadAsync(EventFilter.All, 0, 1000, TestJournal.Cancelled)).Entries;
    }

    private static async Task<IEnumerable<int>> NumbersAsync(EventJournal journal) =>
        (await EventsAsync(journal)).Select(static entry => int.Parse(entry.Name[1..], null));

    /// <summary>A journal of some entries, each in a transaction of its own.</summary>
    private EventJournal Write()
    {
        var journal = new EventJournal(temp.Path, new JournalOptions { Sync = JournalSync.Normal }, time, Logger);
        for (var i = 1; i <= Count; i++)
        {
            var id = Append(journal);
            TestJournal.Until(() => journal.Head == id);
        }

        return journal;
    }

    /// <summary>The files as they are while the journal is open: what a killed process leaves.</summary>
    private void Kill()
    {
        using (Write())
        {
            files = ((string[])["journal.db", "journal.db-wal", "journal.ids"]).ToDictionary(static name => name, name => File.ReadAllBytes(FileOf(name)));
        }

        PutKilled();
    }

    private void PutKilled()
    {
        foreach (var left in Directory.GetFiles(temp.Path))
        {
            File.Delete(left);
        }

        foreach (var (name, content) in files)
        {
            File.WriteAllBytes(FileOf(name), content);
        }

        // It is no copy, but the one file that the killed process wrote to, a moment ago.
        PutIds(FileOf("journal.ids"), IdRecord.Read(files["journal.ids"])! with { File = JournalIds.IdentityOf(FileOf("journal.ids")), WrittenAt = DateTimeOffset.UtcNow });
    }

    private static void PutIds(string path, IdRecord record)
    {
        var page = new byte[IdRecord.Size];
        record.Write(page);
        File.WriteAllBytes(path, page);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }
}
