using System.Diagnostics;
using Gateway.Data;
using Gateway.Journal;
using Gateway.Journal.Sqlite;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>What opening and trimming cost where there is much.</summary>
public sealed class RetentionCostTests
{
    private static readonly FakeTimeProvider Time = new();
    private static readonly TrustedClock Clock = new(path: null, Time);

    [Fact]
    public void A_commit_costs_what_it_wrote_however_many_vms_there_are()
    {
        var few = CostOfCommits(vms: 1);
        var many = CostOfCommits(vms: 50_000);

        // A look at every VM at each commit makes it thousands of times.
        Assert.True(many < 50 * few, $"{many} after {few}");
    }

    [Fact]
    public void Opening_reads_a_few_pages_however_large_the_journal_is()
    {
        using var directory = new TempDirectory();
        new JournalStore(directory.File(EventJournal.FileName), sync: false).Dispose();
        BulkJournal.Fill(directory.File(EventJournal.FileName), 200_000);
        using var options = new TestJournal();
        var before = BytesRead();

        using var journal = options.Open(directory.Path);
        var read = BytesRead() - before;

        Assert.Equal(200_000, journal.Head);
        Assert.True(new FileInfo(directory.File(EventJournal.FileName)).Length > 40_000_000);
        Assert.InRange(read, 1, 1_000_000);
    }

    [Fact]
    public void Marks_of_what_went_are_folded_on_disk_too()
    {
        using var directory = new TempDirectory();
        using var store = new JournalStore(directory.File(EventJournal.FileName), sync: false);
        var retention = new JournalRetention(store, new JournalOptions { KeepEvents = 1 }, Clock, Time, lastId: 0);
        for (var i = 1; i <= 4; i++)
        {
            var entries = Enumerable.Range(0, 4000).Select(n => Entry((i * 4000) + n, $"vm{i}-{n}")).ToList();
            store.Append([.. entries.Select(static entry => (entry, TestJournal.Now))]);
            retention.Apply(entries);
        }

        Assert.InRange(store.Trim.Marks().Count(), 1, DroppedMarks.Bound);
        Assert.Equal(19_999, retention.OldestFor(EventFilter.All));
        Assert.Equal(19_999, new JournalRetention(store, new JournalOptions(), Clock, Time, lastId: 0).OldestFor(EventFilter.All));
    }

    private static TimeSpan CostOfCommits(int vms)
    {
        using var directory = new TempDirectory();
        using var store = new JournalStore(directory.File(EventJournal.FileName), sync: false);
        var retention = new JournalRetention(store, new JournalOptions(), Clock, Time, lastId: 0);
        retention.Apply([.. Enumerable.Range(0, vms).Select(static i => Entry(i + 1, $"vm{i}"))]);
        List<JournalEntry> one = [Entry(vms + 1, "vm0")];
        return Enumerable.Range(0, 5).Min(_ =>
        {
            var begun = Stopwatch.GetTimestamp();
            for (var i = 0; i < 200; i++)
            {
                retention.Apply(one);
            }

            return Stopwatch.GetElapsedTime(begun);
        });
    }

    private static JournalEntry Entry(long id, string vm) =>
        JournalEntry.From(id, new NewEvent(vm, "STOP", EventOrigin.Qemu, JsonText.EmptyObject, null), TestJournal.Now);

    // Of this thread alone: the count that goes on beside reads all of it.
    private static long BytesRead() => long.Parse(File.ReadLines("/proc/thread-self/io").First().Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
}
