using Gateway.Journal;
using Xunit;

namespace Gateway.Tests.Journal;

public sealed class FollowTests : IDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly EventFilter Nothing = new(events: ["NO_SUCH_EVENT"]);

    private readonly TestJournal test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public async Task What_was_there_comes_first_and_then_what_comes()
    {
        test.AppendMany(3);
        await using var batches = Follow(EventFilter.All, after: 1);

        Assert.Equal([2, 3], Ids(await NextAsync(batches)));

        var next = batches.MoveNextAsync();
        Assert.False(next.IsCompleted);
        test.Append();
        Assert.True(await next.AsTask().WaitAsync(TestJournal.Patience, TestJournal.Cancelled));
        Assert.Equal([4], Ids(batches.Current));
        Assert.Equal(4, batches.Current.Cursor);
    }

    [Fact]
    public async Task Only_what_matches_comes()
    {
        await using var batches = Follow(new EventFilter([new VmPattern("web*")], ["RESET"]));
        var next = NextAsync(batches);

        test.Append("web1", "STOP");
        test.Append("db1", "RESET");
        var id = test.Append("web2", "RESET");

        Assert.Equal([id], Ids(await next));
    }

    [Fact]
    public async Task Without_heartbeat_silence_is_silent()
    {
        await using var batches = Follow(EventFilter.All);
        var next = NextAsync(batches);

        test.Time.Advance(TimeSpan.FromDays(1));
        Assert.False(next.IsCompleted);

        test.Append();
        Assert.Equal([1], Ids(await next));
    }

    [Fact]
    public async Task A_heartbeat_comes_when_it_was_quiet_for_long_and_not_before()
    {
        await using var batches = Follow(EventFilter.All, heartbeat: Heartbeat);

        for (var i = 0; i < 2; i++)
        {
            // The follower waits by the time that MoveNextAsync returns: all before is done on this thread.
            var next = NextAsync(batches);
            test.Time.Advance(Heartbeat - TimeSpan.FromMilliseconds(1));
            Assert.False(next.IsCompleted);
            test.Time.Advance(TimeSpan.FromMilliseconds(1));

            Assert.Empty((await next).Entries);
        }
    }

    [Fact]
    public async Task Entries_put_the_heartbeat_off()
    {
        await using var batches = Follow(EventFilter.All, heartbeat: Heartbeat);
        var next = NextAsync(batches);
        test.Time.Advance(Heartbeat - TimeSpan.FromSeconds(1));
        test.Append();
        Assert.Equal([1], Ids(await next));

        next = NextAsync(batches);
        test.Time.Advance(Heartbeat - TimeSpan.FromSeconds(1));
        Assert.False(next.IsCompleted);
        test.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty((await next).Entries);
    }

    [Fact]
    public async Task Entries_that_do_not_match_move_the_cursor_and_do_not_put_the_heartbeat_off()
    {
        await using var batches = Follow(Nothing, heartbeat: Heartbeat);
        var next = NextAsync(batches);
        for (var i = 1; i < Heartbeat.TotalSeconds; i++)
        {
            // Each entry wakes the follower, which goes on waiting for what is left of the time.
            var before = test.Time.Waits;
            test.AppendMany(1);
            TestJournal.Until(() => test.Time.Waits > before);
            test.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(next.IsCompleted);
        test.Time.Advance(TimeSpan.FromSeconds(1));

        var batch = await next;
        Assert.Empty(batch.Entries);
        Assert.Equal(test.Journal.Head, batch.Cursor);
    }

    [Fact]
    public async Task Following_ends_when_the_reader_goes()
    {
        using var gone = new CancellationTokenSource();
        await using var batches = test.Journal.FollowAsync(EventFilter.All, 0, Heartbeat, gone.Token).GetAsyncEnumerator(gone.Token);
        var next = NextAsync(batches);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task A_follower_that_lags_beyond_what_is_kept_is_told()
    {
        // Memory holds 32 MiB: the noisy one's burst pushes itself out of that too.
        var large = $$"""{"x":"{{new string('x', 4 * 1024 * 1024)}}"}""";
        using var own = new TestJournal(new JournalOptions { KeepEvents = 1000, KeepEventsPerVm = 10, Sync = JournalSync.Normal });
        own.AppendMany(5, "noisy");
        own.AppendMany(5, "quiet");
        await using var both = own.Journal.FollowAsync(EventFilter.All, 0, null, TestJournal.Cancelled).GetAsyncEnumerator(TestJournal.Cancelled);
        await using var quiet = own.Journal.FollowAsync(new EventFilter([new VmPattern("quiet")]), 0, null, TestJournal.Cancelled).GetAsyncEnumerator(TestJournal.Cancelled);
        Assert.Equal(10, (await NextAsync(both)).Entries.Count);
        Assert.Equal(5, (await NextAsync(quiet)).Entries.Count);

        for (var i = 0; i < 30; i++)
        {
            own.Append("noisy", data: large);
        }

        own.AppendMany(1, "quiet");
        // The journal trims after it has shown the entries; the next ones come after that.
        TestJournal.Until(() => own.Journal.Oldest(EventFilter.All) == 30);

        var expired = await Assert.ThrowsAsync<CursorExpiredException>(() => NextAsync(both));
        Assert.Equal(30, expired.Oldest);
        Assert.Equal(Enumerable.Range(31, 11).Select(i => (long)i), await own.ReadIdsAsync(after: expired.Oldest));
        Assert.Equal([41], Ids(await NextAsync(quiet)));
    }

    [Fact]
    public async Task A_follower_that_keeps_up_misses_nothing_of_a_burst_larger_than_what_is_kept()
    {
        using var own = new TestJournal(new JournalOptions { KeepEvents = 2, KeepEventsPerVm = 2, Sync = JournalSync.Normal });
        await using var batches = own.Journal.FollowAsync(EventFilter.All, 0, null, TestJournal.Cancelled).GetAsyncEnumerator(TestJournal.Cancelled);

        own.AppendMany(100);
        TestJournal.Until(() => own.Journal.Oldest(EventFilter.All) == 98);

        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), Ids(await NextAsync(batches)));
        Assert.Throws<CursorExpiredException>(() => own.Journal.Validate(EventFilter.All, 97));
    }

    [Fact]
    public async Task A_watch_goes_on_where_events_went_by_unseen()
    {
        using var own = new TestJournal(new JournalOptions { KeepEventsPerVm = 2, Sync = JournalSync.Normal });
        own.AppendMany(10);
        TestJournal.Until(() => own.Journal.Oldest(EventFilter.All) == 8);
        own.Reopen();
        await using var batches = own.Journal.WatchAsync(EventFilter.All, 1, null, TestJournal.Cancelled).GetAsyncEnumerator(TestJournal.Cancelled);

        Assert.Equal([9, 10], Ids(await NextAsync(batches)));
        own.AppendMany(1);
        Assert.Equal([11], Ids(await NextAsync(batches)));
    }

    [Fact]
    public async Task Many_followers_see_the_same()
    {
        const int total = 4000;
        var followers = Enumerable.Range(0, 8).Select(_ => Task.Run(() => CollectAsync(total))).ToArray();

        Parallel.For(0, 2, worker =>
        {
            for (var i = 0; i < total / 2; i++)
            {
                test.Append($"vm{worker}");
            }
        });

        foreach (var ids in await Task.WhenAll(followers))
        {
            Assert.Equal(Enumerable.Range(1, total).Select(i => (long)i), ids);
        }
    }

    [Fact]
    public async Task A_follower_that_fell_out_of_memory_reads_from_disk_without_gap_or_double()
    {
        const int total = 40_000;
        await using var batches = Follow(EventFilter.All);
        test.AppendMany(10);
        var seen = Ids(await NextAsync(batches)).ToList();

        // More than memory holds, and some more while the follower comes back up to it.
        test.AppendMany(20_000);
        var more = Task.Run(() => test.AppendMany(total - 20_010), TestJournal.Cancelled);
        while (seen.Count < total)
        {
            seen.AddRange(Ids(await NextAsync(batches)));
        }

        await more;
        Assert.Equal(Enumerable.Range(1, total).Select(i => (long)i), seen);
    }

    private static IEnumerable<long> Ids(JournalBatch batch) => batch.Entries.Select(static entry => entry.Id);

    private static async Task<JournalBatch> NextAsync(IAsyncEnumerator<JournalBatch> batches)
    {
        Assert.True(await batches.MoveNextAsync().AsTask().WaitAsync(TestJournal.Patience, TestJournal.Cancelled));
        return batches.Current;
    }

    private IAsyncEnumerator<JournalBatch> Follow(EventFilter filter, long after = 0, TimeSpan? heartbeat = null) =>
        test.Journal.FollowAsync(filter, after, heartbeat, TestJournal.Cancelled).GetAsyncEnumerator(TestJournal.Cancelled);

    private async Task<List<long>> CollectAsync(int count)
    {
        var ids = new List<long>();
        await using var batches = Follow(EventFilter.All);
        while (ids.Count < count)
        {
            ids.AddRange(Ids(await NextAsync(batches)));
        }

        return ids;
    }
}
