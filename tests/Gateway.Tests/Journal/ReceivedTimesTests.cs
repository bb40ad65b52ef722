using Gateway.Journal;
using Gateway.Journal.Sqlite;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>Reading back, and finding the entries of a time without looking at all others.</summary>
public sealed class ReceivedTimesTests
{
    // Two blocks and a part of the third, one entry a second.
    private const int Count = 10_000;

    [Theory]
    [InlineData(0, 10, 4096)]
    [InlineData(5_000, 5_010, 4096)]
    [InlineData(9_990, 20_000, 4096)]
    [InlineData(4_000, 4_200, 2 * 4096)]
    [InlineData(20_000, 30_000, 0)]
    [InlineData(-20, -10, 0)]
    public void Only_the_blocks_of_the_time_are_searched(int since, int until, int atMost)
    {
        using var temp = new TempDirectory();
        using var store = Filled(temp, static i => i);
        var times = new ReceivedTimes(store);
        for (var again = 0; again < 2; again++)
        {
            var (after, upTo) = times.Narrow(Range(since, until), 0, Count);
            Assert.InRange(upTo - after, 0, atMost);
            Assert.All(Enumerable.Range(1, Count).Where(i => i >= since && i < until), i => Assert.InRange(i, after + 1, upTo));
        }
    }

    [Fact]
    public void A_clock_that_was_set_back_loses_nothing()
    {
        using var temp = new TempDirectory();
        // An hour ahead from 3,000 on, and right again from 6,000 on.
        static int At(int i) => i is >= 3_000 and < 6_000 ? i + 3600 : i;
        using var store = Filled(temp, At);
        var times = new ReceivedTimes(store);
        foreach (var (since, until) in new[] { (0, 100), (6_500, 6_700), (9_000, 9_100), (2_990, 3_010), (9_900, 99_999), (0, 99_999) })
        {
            var expected = Enumerable.Range(1, Count).Where(i => At(i) >= since && At(i) < until).Select(static i => (long)i).ToArray();
            var range = Range(since, until);
            var (after, upTo) = times.Narrow(range, 0, Count);
            var found = new List<long>();
            for (var at = after; at < upTo;)
            {
                var batch = store.Read(EventFilter.All.During(range), at, upTo, int.MaxValue);
                found.AddRange(batch.Entries.Select(static entry => entry.Id));
                at = batch.Cursor;
            }

            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void New_entries_and_dropped_ones_are_seen()
    {
        using var temp = new TempDirectory();
        using var store = Filled(temp, static i => i);
        var times = new ReceivedTimes(store);
        times.Narrow(Range(0, 10), 0, Count);
        store.Trim.Drop(5_000, []);
        store.Append([(Entry(1L << 40, 20_000), Start.AddSeconds(20_000))]);
        Assert.Equal((1L << 40, 1L << 40), times.Narrow(Range(0, 10), 0, 1L << 40));
        var (after, upTo) = times.Narrow(Range(20_000, 20_001), 0, 1L << 40);
        Assert.InRange(1L << 40, after + 1, upTo);
        Assert.InRange(upTo - after, 1, 4096);
    }

    [Fact]
    public async Task Reading_back_shows_what_reading_on_shows_while_entries_come_and_go()
    {
        using var test = new TestJournal(new JournalOptions { Sync = JournalSync.Normal, KeepEventsPerVm = 500 });
        var appending = Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                test.Append(i % 2 == 0 ? "a" : "b", $"E{i % 3}");
            }
        }, TestJournal.Cancelled);
        var filter = new EventFilter(events: ["E1"]);
        do
        {
            var history = new History(test.Journal, filter, newestFirst: true);
            var page = await history.ReadPageAsync(null, 100, TestJournal.Cancelled);
            var ids = page.Entries.Select(static entry => entry.Id).ToArray();
            Assert.Equal(ids.OrderDescending(), ids);
            // Each third entry, none left out.
            Assert.All(ids.Zip(ids.Skip(1)), static pair => Assert.Equal(3, pair.First - pair.Second));
            await Task.Yield();
        }
        while (!appending.IsCompleted);

        // Nothing is dropped any more.
        test.Reopen();
        var back = await new History(test.Journal, filter, newestFirst: true).ReadPageAsync(null, int.MaxValue, TestJournal.Cancelled);
        var on = await test.ReadIdsAsync(filter, test.Journal.Oldest(filter));
        Assert.Equal(Enumerable.Reverse(on), back.Entries.Select(static entry => entry.Id));
        Assert.Equal(test.Journal.Oldest(filter), back.Cursor);
    }

    private static readonly DateTimeOffset Start = TestJournal.Now;

    private static TimeRange Range(int since, int until) => new(Start.AddSeconds(since), Start.AddSeconds(until));

    private static JournalStore Filled(TempDirectory temp, Func<int, int> second)
    {
        var store = new JournalStore(temp.File("journal.db"), sync: false);
        store.Append([.. Enumerable.Range(1, Count).Select(i => (Entry(i, second(i)), Start.AddSeconds(second(i))))]);
        return store;
    }

    private static JournalEntry Entry(long id, int second) =>
        JournalEntry.From(id, new NewEvent("a", "E", EventOrigin.Qemu, QmpGateway.Qmp.JsonText.EmptyObject, null), Start.AddSeconds(second));
}
