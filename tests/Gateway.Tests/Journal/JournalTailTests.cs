using System.Text;
using CsCheck;
using Gateway.Journal;
using Xunit;

namespace Gateway.Tests.Journal;

public sealed class JournalTailTests
{
    private const int Capacity = 16_384;
    private const int MaxBytes = 32 * 1024 * 1024;
    private const int Size = 2;

    [Fact]
    public void A_new_tail_knows_what_comes_after_the_head_and_nothing_before()
    {
        var tail = new JournalTail(7);

        Assert.Equal(7, tail.Head);
        AssertRead(tail, after: 7, limit: 10, [], cursor: 7);
        Assert.Null(tail.Read(EventFilter.All, 6, 10));
    }

    [Fact]
    public void What_is_published_is_read_in_pages()
    {
        var tail = new JournalTail(7);
        tail.Publish(Entries(8, 9, 12));

        Assert.Equal(12, tail.Head);
        AssertRead(tail, after: 7, limit: 2, [8, 9], cursor: 9);
        AssertRead(tail, after: 9, limit: 2, [12], cursor: 12);
        AssertRead(tail, after: 10, limit: 2, [12], cursor: 12);
        AssertRead(tail, after: 7, limit: 3, [8, 9, 12], cursor: 12);
        AssertRead(tail, after: 12, limit: 1, [], cursor: 12);
    }

    [Fact]
    public void A_cursor_beyond_the_head_stays() => AssertRead(new JournalTail(7), after: 9, limit: 1, [], cursor: 9);

    [Fact]
    public void What_does_not_match_moves_the_cursor()
    {
        var tail = new JournalTail(0);
        tail.Publish(Entries(1, 2, 3));

        var batch = tail.Read(new EventFilter(events: ["NO_SUCH_EVENT"]), 0, 2)!;

        Assert.Empty(batch.Entries);
        Assert.Equal(2, batch.Cursor);
    }

    [Fact]
    public void The_oldest_fall_out_past_its_capacity()
    {
        var tail = new JournalTail(0);
        for (var id = 1; id <= Capacity; id++)
        {
            tail.Publish(Entries(id));
        }

        AssertRead(tail, after: 0, limit: 1, [1], cursor: 1);

        tail.Publish(Entries(Capacity + 1));
        Assert.Null(tail.Read(EventFilter.All, 0, 1));
        AssertRead(tail, after: 1, limit: 1, [2], cursor: 2);
        AssertRead(tail, after: Capacity - 1, limit: 5, [Capacity, Capacity + 1], cursor: Capacity + 1);
    }

    [Fact]
    public void The_oldest_fall_out_past_its_bytes_but_the_newest_stays()
    {
        var tail = new JournalTail(0);
        tail.Publish([Entry(1, MaxBytes / 2), Entry(2, MaxBytes / 2)]);
        AssertRead(tail, after: 0, limit: 5, [1], cursor: 1);

        tail.Publish([Entry(3, 1)]);
        Assert.Null(tail.Read(EventFilter.All, 0, 5));
        AssertRead(tail, after: 1, limit: 5, [2], cursor: 2);

        tail.Publish([Entry(4, MaxBytes + 1)]);
        Assert.Null(tail.Read(EventFilter.All, 2, 5));
        AssertRead(tail, after: 3, limit: 5, [4], cursor: 4);
    }

    [Fact]
    public void A_batch_ends_before_the_entry_that_is_too_much_so_that_a_slow_reader_keeps_little()
    {
        var tail = new JournalTail(0);
        tail.Publish([Entry(1, JournalBatch.MaxBytes / 2), Entry(2, JournalBatch.MaxBytes / 3), Entry(3, JournalBatch.MaxBytes * 2), Entry(4, 1)]);
        AssertRead(tail, after: 0, limit: 5, [1, 2], cursor: 2);
        AssertRead(tail, after: 2, limit: 5, [3], cursor: 3);
        AssertRead(tail, after: 3, limit: 5, [4], cursor: 4);
    }

    [Fact]
    public void Readers_of_everything_share_a_batch_and_what_is_sent_of_it_although_there_is_more_by_now()
    {
        var tail = new JournalTail(0);
        tail.Publish(Entries(1, 2));
        var first = tail.Read(EventFilter.All, 0, 5)!;
        tail.Publish(Entries(3));
        var made = 0;

        Assert.Same(first, tail.Read(new EventFilter(), 0, 5));
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal([1, 2], first.As("ids", Ids).ToArray()));
        Assert.Equal(1, made);
        Assert.Equal(2, first.As("other", Ids).Length);
        Assert.Equal(2, made);
        AssertRead(tail, after: first.Cursor, limit: 5, [3], cursor: 3);

        ReadOnlyMemory<byte> Ids(IReadOnlyList<JournalEntry> entries)
        {
            made++;
            return entries.Select(static entry => (byte)entry.Id).ToArray();
        }
    }

    [Fact]
    public void Who_may_not_see_all_or_does_not_want_all_has_a_batch_of_its_own()
    {
        var tail = new JournalTail(0);
        tail.Publish(Entries(1));
        var all = tail.Read(EventFilter.All, 0, 5);

        Assert.All((EventFilter[])[EventFilter.All.Within([]), EventFilter.All.Within([new VmPattern("web2")]), new EventFilter(events: ["RESET"]), new EventFilter([new VmPattern("db*")])],
            filter => Assert.Empty(tail.Read(filter, 0, 5)!.Entries));
        Assert.Single(all!.Entries);
    }

    [Fact]
    public void What_is_shared_is_forgotten_in_the_order_that_it_was_read_once_it_is_too_much()
    {
        var tail = new JournalTail(0);
        tail.Publish(Array.ConvertAll([.. Enumerable.Range(1, 9)], static id => Entry(id, 1 << 20)));
        var batches = Enumerable.Range(0, 9).Select(after => tail.Read(EventFilter.All, after, 1)).ToArray();

        Assert.Same(batches[8], tail.Read(EventFilter.All, 8, 1));
        Assert.Same(batches[2], tail.Read(EventFilter.All, 2, 1));
        Assert.NotSame(batches[0], tail.Read(EventFilter.All, 0, 1));
    }

    [Fact]
    public void Of_a_very_large_event_too_what_is_sent_is_made_once_and_it_is_not_kept_for_good()
    {
        var tail = new JournalTail(0);
        tail.Publish([Entry(1, 20 << 20), Entry(2, 1)]);
        var large = tail.Read(EventFilter.All, 0, 1);

        Assert.Same(large, tail.Read(EventFilter.All, 0, 1));
        tail.Read(EventFilter.All, 1, 1);
        Assert.NotSame(large, tail.Read(EventFilter.All, 0, 1));
    }

    [Fact]
    public void Publishing_wakes_who_took_the_signal_before()
    {
        var tail = new JournalTail(0);
        var before = tail.Changed;
        Assert.False(before.IsCompleted);

        tail.Publish(Entries(1));

        Assert.True(before.IsCompletedSuccessfully);
        Assert.False(tail.Changed.IsCompleted);
    }

    [Fact]
    public void It_holds_a_window_of_a_list() =>
        // Ids with gaps, published in batches that go around the ring, read from anywhere.
        Gen.Select(Gen.Int[1, 3].Array[1, 6_000].Array[1, 8], Gen.Double.Unit, Gen.Int[1, 700]).Sample(
            static (batches, from, limit) =>
            {
                var tail = new JournalTail(5);
                var all = new List<long> { 5 };
                foreach (var batch in batches)
                {
                    var ids = batch.Select(step => { all.Add(all[^1] + step); return all[^1]; }).ToArray();
                    tail.Publish(Entries(ids));
                }

                var since = all[Math.Max(0, all.Count - 1 - Capacity)];
                var after = 5 + (long)((all[^1] - 5) * from);
                var read = tail.Read(EventFilter.All, after, limit);
                Assert.Equal(after < since, read is null);
                if (read is { } page)
                {
                    var expected = all.Where(id => id > after).Take(Math.Min(limit, JournalBatch.MaxBytes / JournalBatch.CostOf(Entry(1, Size)))).ToArray();
                    Assert.Equal(expected, page.Entries.Select(static entry => entry.Id));
                    Assert.Equal(expected.LastOrDefault(after) is var last && last == all[^1] ? Math.Max(after, all[^1]) : last, page.Cursor);
                }
            },
            iter: 200);

    private static JournalEntry[] Entries(params long[] ids) => Array.ConvertAll(ids, static id => Entry(id, Size));

    private static JournalEntry Entry(long id, int size) => new(id, "web1", "STOP", Encoding.UTF8.GetBytes(new string(' ', size)));

    private static void AssertRead(JournalTail tail, long after, int limit, long[] ids, long cursor)
    {
        var batch = tail.Read(EventFilter.All, after, limit)!;
        Assert.Equal(ids, batch.Entries.Select(static entry => entry.Id));
        Assert.Equal(cursor, batch.Cursor);
    }
}
