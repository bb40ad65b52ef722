using Gateway.Journal;
using Gateway.Journal.Sqlite;
using Gateway.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Journal;

public sealed class JournalRepairTests : IDisposable
{
    private const int Written = 2000;

    private readonly TempDirectory temp = new();
    private readonly FakeTimeProvider time = new(TestJournal.Now);
    private readonly HostLog log = new();
    private readonly JournalOptions options = new() { Sync = JournalSync.Normal };

    private string Database => temp.File(EventJournal.FileName);

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData("empty", 1)]
    [InlineData("directory", 1)]
    [InlineData("header", 1)]
    [InlineData("truncated", 25)]
    [InlineData("overwritten", 25)]
    public async Task A_damaged_journal_never_shows_what_was_not_written_and_is_repaired(string how, int rounds)
    {
        var written = Write();
        var whole = File.ReadAllBytes(Database);
        for (var round = 0; round < rounds; round++)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"round {round}");
            foreach (var file in Directory.GetFileSystemEntries(temp.Path))
            {
                (Directory.Exists(file) ? (Action<string>)Directory.Delete : File.Delete)(file);
            }

            File.WriteAllBytes(Database, whole);
            DamagedFiles.Damage(Database, how, new Random(round));
            var damaged = Directory.Exists(Database) ? null : File.ReadAllBytes(Database);
            await AssertRefusedOrRightAsync(written, how);
            if (damaged is not null)
            {
                File.WriteAllBytes(Database, damaged);
            }

            Repair("web1");

            var aside = Assert.Single(Directory.GetFileSystemEntries(temp.Path, "*.damaged-*Z"));
            Assert.Equal(damaged is null, Directory.Exists(aside));
            Assert.True(damaged is null || damaged.SequenceEqual(File.ReadAllBytes(aside)));
            await AssertRepairedAsync(written);
        }
    }

    [Fact]
    public async Task All_but_the_damaged_part_is_kept_and_every_vm_is_told_of_it()
    {
        var written = Write();
        var content = File.ReadAllBytes(Database);
        // The page of the file where these are.
        var at = content.AsSpan().IndexOf("\"n\":1000}"u8);
        new Random(1).NextBytes(content.AsSpan(at & ~4095, 4096));
        File.WriteAllBytes(Database, content);

        Repair("known");

        var read = await AssertRepairedAsync(written);
        var kept = read.Where(static entry => entry.Name == "NUMBERED").ToArray();
        Assert.InRange(kept.Length, Written - 200, Written - 1);
        var lost = read.Where(static entry => entry.Name == "EVENTS_LOST").ToArray();
        Assert.Equal(["known", "vm0", "vm1"], lost.Select(static entry => entry.Vm));
        var missing = Enumerable.Range(0, Written).Except(kept.Select(Number)).ToArray();
        Assert.Contains(1000, missing);
        Assert.All(lost, entry => Assert.Equal(
            $$"""{"count":null,"from":"{{At(missing[0] - 1)}}","to":"{{At(missing[^1] + 1)}}"}""", entry.Data().ToString()));
        Assert.Contains("was damaged", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_reads_well_but_is_not_what_was_written_is_not_kept()
    {
        var written = Write();
        using (var beside = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            beside.Open();
            beside.Execute("UPDATE events SET envelope = CAST(replace(envelope, '\"n\":6', '\"n\":7') AS BLOB) WHERE id = 7");
        }

        Repair("vm0");

        var kept = await AssertRepairedAsync(written);
        Assert.Equal(Enumerable.Range(0, Written).Where(static n => n != 6), kept.Where(static entry => entry.Name == "NUMBERED").Select(Number));
    }

    [Fact]
    public void An_undamaged_journal_is_left_alone_and_the_log_says_so()
    {
        Write();
        var before = File.ReadAllBytes(Database);

        Repair();

        Assert.Empty(Directory.GetFileSystemEntries(temp.Path, "*.damaged-*"));
        Assert.True(before.SequenceEqual(File.ReadAllBytes(Database)));
        Assert.Contains("not damaged", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_no_journal_nothing_is_done()
    {
        Repair();

        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public async Task A_repair_cut_short_by_a_crash_is_ended_by_the_next_start()
    {
        var written = Write();
        DamagedFiles.Damage(Database, "header", new Random(1));
        Repair("web1");
        // As it was between the two renames.
        File.Move(Database, Database + ".repaired");

        new JournalRepair(Database, time, log).Finish();

        await AssertRepairedAsync(written);
    }

    [Fact]
    public void A_newer_gateways_journal_is_not_taken_for_a_damaged_one()
    {
        Write();
        using (var beside = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            beside.Open();
            beside.Execute("PRAGMA user_version=1000");
        }

        Assert.Contains("newer gateway", Assert.Throws<ConfigurationException>(() => Repair()).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(temp.Path, "*.damaged-*"));
    }

    private static string At(int n) => (TestJournal.Now + TimeSpan.FromSeconds(n)).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", null);

    private static int Number(JournalEntry entry) => int.Parse(entry.Data().ToString()[5..^1], null);

    private static string WithoutId(JournalEntry entry) => entry.Text()[entry.Text().IndexOf(',', StringComparison.Ordinal)..];

    private Dictionary<int, string> Write()
    {
        var entries = Enumerable.Range(0, Written).Select(n => (
            Entry: JournalEntry.From(
                n + 1,
                new NewEvent($"vm{n % 2}", "NUMBERED", EventOrigin.Qemu, new JsonText(System.Text.Encoding.ASCII.GetBytes($$"""{"n":{{n}}}""")), null),
                TestJournal.Now + TimeSpan.FromSeconds(n)),
            ReceivedAt: TestJournal.Now + TimeSpan.FromSeconds(n))).ToList();
        using var store = new JournalStore(Database, sync: false);
        store.Append(entries);
        return entries.ToDictionary(static e => Number(e.Entry), static e => WithoutId(e.Entry));
    }

    private EventJournal Open() => new(temp.Path, options, time, new Logger<EventJournal>(new LoggerFactory([])));

    private void Repair(params string[] known) => new JournalRepair(Database, time, log).Run(known);

    /// <summary>What cannot be seen at once is told when it is read; nothing is shown that is not right.</summary>
    private async Task AssertRefusedOrRightAsync(Dictionary<int, string> written, string how)
    {
        try
        {
            using var journal = Open();
            Assert.Equal("overwritten", how);
            try
            {
                var read = await journal.ReadAsync(EventFilter.All, 0, Written, TestJournal.Cancelled);
                Assert.All(read.Entries, entry => Assert.Equal(written[Number(entry)], WithoutId(entry)));
            }
            catch (JournalUnreadableException told)
            {
                Assert.Contains("--journal-repair", told.Message, StringComparison.Ordinal);
            }
        }
        catch (ConfigurationException refusal)
        {
            Assert.Contains(Database, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("--journal-repair", refusal.Message, StringComparison.Ordinal);
        }
    }

    private async Task<List<JournalEntry>> AssertRepairedAsync(Dictionary<int, string> written)
    {
        using var journal = Open();
        foreach (var old in (long[])[0, 1, Written])
        {
            var expired = Assert.Throws<CursorExpiredException>(() => journal.Validate(EventFilter.All, old));
            Assert.Throws<CursorExpiredException>(() => journal.Validate(new EventFilter([new VmPattern("vm0")]), old));
            Assert.Equal(journal.Oldest(EventFilter.All), expired.Oldest);
        }

        Assert.Throws<UnknownCursorException>(() => journal.Validate(EventFilter.All, journal.Head + 1));
        var read = new List<JournalEntry>();
        for (var after = journal.Oldest(EventFilter.All); after < journal.Head;)
        {
            var batch = await journal.ReadAsync(EventFilter.All, after, 1000, TestJournal.Cancelled);
            read.AddRange(batch.Entries);
            after = batch.Cursor;
        }

        Assert.All(read, static entry => Assert.True(entry.Id > Written));
        var kept = read.Where(static entry => entry.Name == "NUMBERED").ToArray();
        Assert.Equal(kept.Select(Number).Order(), kept.Select(Number));
        Assert.Equal(kept.Length, kept.Select(Number).Distinct().Count());
        Assert.Contains("EVENTS_LOST", read.Select(static entry => entry.Name));
        // A damaged row may be taken for any other's, but never be shown as something that was not written.
        Assert.All(kept, entry => Assert.Equal(written[Number(entry)], WithoutId(entry)));
        return read;
    }
}
