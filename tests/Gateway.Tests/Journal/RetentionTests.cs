using Gateway.Journal;
using Xunit;

namespace Gateway.Tests.Journal;

public sealed class RetentionTests
{
    private static readonly EventFilter Noisy = new([new VmPattern("noisy")]);
    private static readonly EventFilter Quiet = new([new VmPattern("quiet")]);

    [Fact]
    public async Task A_noisy_vm_pushes_out_its_own_history_alone()
    {
        using var test = Open(keepEvents: 1000, keepEventsPerVm: 10);
        test.AppendMany(10, "quiet");
        test.AppendMany(100, "noisy");
        TestJournal.Until(() => test.Journal.Oldest(Noisy) == 100);

        Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), await test.ReadIdsAsync(Quiet));
        Assert.Equal(Enumerable.Range(101, 10).Select(i => (long)i), await test.ReadIdsAsync(Noisy, after: 100));
        Assert.Equal(0, test.Journal.Oldest(Quiet));
        Assert.Throws<CursorExpiredException>(() => test.Journal.Validate(Noisy, 99));
        Assert.Throws<CursorExpiredException>(() => test.Journal.Validate(EventFilter.All, 99));
    }

    [Fact]
    public async Task Noisy_vms_together_push_out_none_of_a_quiet_ones_history()
    {
        using var test = Open(keepEvents: 100, keepEventsPerVm: 50);
        test.AppendMany(5, "quiet");
        for (var i = 0; i < 100; i++)
        {
            foreach (var noisy in Enumerable.Range(0, 12))
            {
                test.Append($"noisy{noisy}");
            }

            test.WaitVisible();
        }

        TestJournal.Until(() => test.Journal.Oldest(EventFilter.All) == 1110);
        Assert.Equal(Enumerable.Range(1, 5).Select(static i => (long)i), await test.ReadIdsAsync(Quiet));
        Assert.Equal(0, test.Journal.Oldest(Quiet));
        var left = (await test.ReadAllAsync(after: 1110)).Concat(await test.ReadAllAsync(Quiet)).GroupBy(static entry => entry.Vm).Select(static vm => vm.Count()).Order();
        Assert.Equal([5, 7, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8], left);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_vm_with_large_events_pushes_out_its_own_past_the_bytes_to_keep(bool restarted)
    {
        using var test = new TestJournal(new JournalOptions { KeepBytes = 1_000_000, Sync = JournalSync.Normal });
        test.AppendMany(100, "quiet");
        if (restarted)
        {
            test.Reopen();
            // Counting what is there is done beside.
            test.AppendMany(1, "other");
        }

        for (var i = 0; i < 50; i++)
        {
            test.Append("noisy", "LARGE", $"\"{new string('x', 100_000)}\"");
            test.WaitVisible();
        }

        var first = test.Journal.LastAppended - 8;
        TestJournal.Until(() => test.Journal.Oldest(Noisy) == first - 1);
        Assert.Equal(Enumerable.Range(1, 100).Select(static i => (long)i), await test.ReadIdsAsync(Quiet));
        Assert.Equal(9, (await test.ReadIdsAsync(Noisy, after: first - 1)).Length);
    }

    [Fact]
    public void A_cursor_does_not_expire_by_events_that_its_reader_would_not_have_seen()
    {
        using var test = Open(keepEvents: 1000, keepEventsPerVm: 5);
        test.AppendMany(1, "noisy", "RESET");
        test.AppendMany(20, "noisy");
        TestJournal.Until(() => test.Journal.Oldest(Noisy) == 16);

        test.Journal.Validate(new EventFilter(events: ["GUEST_PANICKED"]), 0);
        test.Journal.Validate(new EventFilter(events: ["RESET"]), 1);
        var expired = Assert.Throws<CursorExpiredException>(() => test.Journal.Validate(new EventFilter(events: ["RESET"]), 0));
        Assert.Equal(1, expired.Oldest);
    }

    [Fact]
    public void A_large_journal_is_trimmed_in_strides()
    {
        using var test = Open(keepEvents: 640, keepEventsPerVm: 1_000_000);
        // What the last of them brings, the first 649 did not.
        test.AppendMany(649);
        test.AppendMany(1);
        Assert.Equal(0, test.Journal.Oldest(EventFilter.All));

        test.AppendMany(1);
        TestJournal.Until(() => test.Journal.Oldest(EventFilter.All) == 11);
    }

    [Fact]
    public async Task The_oldest_point_is_valid_after_a_restart_too_and_ids_go_on()
    {
        using var test = Open(keepEvents: 10, keepEventsPerVm: 10);
        test.AppendMany(30);
        TestJournal.Until(() => test.Journal.Oldest(EventFilter.All) == 20);

        test.Reopen();

        Assert.Equal(20, Assert.Throws<CursorExpiredException>(() => test.Journal.Validate(EventFilter.All, 19)).Oldest);
        test.Journal.Validate(EventFilter.All, 20);
        Assert.Equal(20, test.Journal.Resolve(EventFilter.All, "start"));
        Assert.Equal(Enumerable.Range(21, 10).Select(i => (long)i), await test.ReadIdsAsync(after: 20));
        Assert.Equal(31, test.Append());
    }

    [Fact]
    public async Task A_smaller_bound_holds_after_a_restart_for_quiet_vms_too()
    {
        using var directory = new TempDirectory();
        using var test = Open();
        using (var large = test.Open(directory.Path))
        {
            Append(large, "quiet", 20);
            Append(large, "noisy", 20);
        }

        using var small = Open(keepEventsPerVm: 5);
        using var journal = small.Open(directory.Path);
        for (var i = 0; journal.Oldest(Quiet) != 15 || journal.Oldest(Noisy) < 35; i++)
        {
            // Counting what is there is done beside; what comes after it brings the trim.
            Assert.True(i < 10_000);
            Append(journal, "other", 1);
            TestJournal.Until(() => journal.Head == journal.LastAppended);
        }

        var read = await journal.ReadAsync(Quiet, 15, 100, TestJournal.Cancelled);
        Assert.Equal([16, 17, 18, 19, 20], read.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public async Task A_reader_from_disk_is_told_of_what_goes_while_it_reads()
    {
        // Each entry of the second half drops the one of the first that is as old: all of those are on disk alone.
        const int half = 1500;
        using var test = Open(keepEventsPerVm: 30);
        Append(test.Journal, half);
        test.Reopen();
        var writing = Task.Run(() => Append(test.Journal, half), TestJournal.Cancelled);

        while (!writing.IsCompleted)
        {
            var after = test.Journal.Oldest(EventFilter.All);
            try
            {
                var batch = await test.Journal.ReadAsync(EventFilter.All, after, 3, TestJournal.Cancelled);
                Assert.Equal(Enumerable.Range(1, 3).Select(i => after + i), batch.Entries.Select(entry => entry.Id));
            }
            catch (CursorExpiredException expired)
            {
                Assert.True(expired.Oldest > after);
            }
        }

        await writing;

        static void Append(EventJournal journal, int count)
        {
            for (var i = 0; i < count; i++)
            {
                RetentionTests.Append(journal, $"vm{i % 50}", 1);
                TestJournal.Until(() => journal.Head == journal.LastAppended);
            }
        }
    }

    private static void Append(EventJournal journal, string vm, int count)
    {
        for (var i = 0; i < count; i++)
        {
            journal.Append(new NewEvent(vm, "STOP", EventOrigin.Qemu, QmpGateway.Qmp.JsonText.EmptyObject, null));
        }
    }

    private static TestJournal Open(long keepEvents = 1_000_000, long keepEventsPerVm = 1_000_000) => new(new JournalOptions
    {
        KeepEvents = keepEvents,
        KeepEventsPerVm = keepEventsPerVm,
        Sync = JournalSync.Normal,
    });
}
