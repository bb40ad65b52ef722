using System.Text.Json;
using Gateway.Journal;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Journal;

public sealed class JournalBacklogTests
{
    // Eight of these are all that may wait.
    private static readonly JsonText Large = new(new byte[(JournalBacklog.MaxBytes / 8) - JournalBacklog.Overhead]);

    private readonly FakeTimeProvider time = new(TestJournal.Now);
    private readonly JournalBacklog backlog;

    public JournalBacklogTests() => backlog = new JournalBacklog(100, time);

    [Fact]
    public void Ids_go_on_from_the_last()
    {
        Assert.Equal(100, backlog.Last);
        Assert.Equal(101, Add("a"));
        Assert.Equal(102, Add("a"));
        Assert.Equal(102, backlog.Last);
    }

    [Fact]
    public void What_was_added_is_taken_once_and_in_order()
    {
        Add("a");
        Add("b");

        Assert.Equal([(101, "a"), (102, "b")], backlog.Take()!.Select(item => (item.Id, item.Event!.Vm)));

        backlog.Close();
        Assert.Null(backlog.Take());
    }

    [Fact]
    public void A_large_backlog_is_taken_in_parts()
    {
        for (var i = 0; i < 10_001; i++)
        {
            Add("a");
        }

        Assert.Equal(10_000, backlog.Take()!.Count);
        Assert.Equal(10_101, Assert.Single(backlog.Take()!).Id);
    }

    [Fact]
    public async Task Taking_waits_for_an_event()
    {
        var taking = Task.Run(backlog.Take, TestJournal.Cancelled);

        Add("a");

        Assert.Single((await taking.WaitAsync(TestJournal.Patience, TestJournal.Cancelled))!);
    }

    [Fact]
    public void Closing_ends_all_waiting_and_what_waits_is_still_taken()
    {
        Add("a");
        var closed = false;
        var waiting = new Thread(() => closed = backlog.WaitForClose(TimeSpan.FromDays(1))) { IsBackground = true };
        waiting.Start();
        Assert.True(SpinWait.SpinUntil(() => waiting.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TestJournal.Patience));

        backlog.Close();

        Assert.True(waiting.Join(TestJournal.Patience));
        Assert.True(closed);
        Assert.Single(backlog.Take()!);
        Assert.Null(backlog.Take());
    }

    [Fact]
    public void Waiting_for_the_close_ends_after_its_time() => Assert.False(backlog.WaitForClose(TimeSpan.FromMilliseconds(1)));

    [Fact]
    public void Up_to_the_bound_nothing_is_lost()
    {
        for (var i = 0; i < 8; i++)
        {
            Add("a", Large);
        }

        Assert.Equal((8, 0), backlog.Count());
        Assert.Equal(8, backlog.Take()!.Count);
    }

    [Fact]
    public void Past_the_bound_the_vm_that_waits_with_most_loses_its_oldest_and_is_told_in_the_place_of_its_last()
    {
        foreach (var vm in (string[])["a", "b", "a", "a", "a", "a", "a", "a", "a", "b", "c"])
        {
            Add(vm, Large);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((8, 3), backlog.Count());
        Assert.Equal(111, backlog.Last);
        var taken = backlog.Take()!;
        Assert.Equal([(102, "b"), (104, "a"), .. Enumerable.Range(105, 5).Select(static i => (i, "a")), (110, "b"), (111, "c")], taken.Select(static item => ((int)item.Id, item.Event!.Vm)));
        AssertLoss(taken[1], "a", """{"count":3,"from":"2026-11-24T03:53:00.000000Z","to":"2026-11-24T03:53:03.000000Z"}""");
        Assert.All(taken.Where(static item => item.Id != 104), static item => Assert.Equal("STOP", item.Event!.Name));
        Assert.Equal((0, 0), backlog.Count());
    }

    [Fact]
    public void A_noisy_vm_loses_none_of_a_quiet_ones()
    {
        var quiet = new List<long>();
        for (var i = 0; i < 100_000; i++)
        {
            if (i % 1000 == 0)
            {
                quiet.Add(Add("quiet"));
            }

            Add("noisy", new JsonText(new byte[4096]));
        }

        var taken = new List<WaitingEvent>();
        while (backlog.Count().Waiting > 0)
        {
            taken.AddRange(backlog.Take()!);
        }

        Assert.Equal(quiet, taken.Where(static item => item.Event!.Vm == "quiet").Select(static item => item.Id));
        Assert.Equal(taken.Select(static item => item.Id).Order(), taken.Select(static item => item.Id));
        var noisy = taken.Where(static item => item.Event!.Vm == "noisy").ToArray();
        Assert.Equal("EVENTS_LOST", noisy[0].Event!.Name);
        Assert.Equal(100_000, noisy.Length - 1 + Count(noisy[0]));
        // One loss is told, however often there was one.
        Assert.Single(noisy, static item => item.Event!.Name == "EVENTS_LOST");
    }

    [Fact]
    public void A_later_loss_is_told_anew_and_room_made_is_used()
    {
        for (var i = 0; i < 9; i++)
        {
            Add("a", Large);
        }

        backlog.Take();
        for (var i = 0; i < 8; i++)
        {
            Add("a", Large);
        }

        Assert.Equal((8, 0), backlog.Count());
        Add("a", Large);

        var loss = backlog.Take()![0];
        Assert.Equal(110, loss.Id);
        Assert.Equal(1, Count(loss));
    }

    [Fact]
    public void What_was_taken_counts_for_no_vm_any_more()
    {
        for (var i = 0; i < 7; i++)
        {
            Add("a", Large);
        }

        backlog.Take();
        Add("a", Large);
        for (var i = 0; i < 8; i++)
        {
            Add("b", Large);
        }

        Assert.Equal(["b"], backlog.Take()!.Where(static item => item.Event!.Name == "EVENTS_LOST").Select(static item => item.Event!.Vm));
    }

    [Fact]
    public void An_event_too_large_to_wait_is_lost_alone()
    {
        Add("a", new JsonText(new byte[JournalBacklog.MaxBytes]));

        var loss = Assert.Single(backlog.Take()!);
        Assert.Equal(101, loss.Id);
        Assert.Equal(1, Count(loss));
    }

    private static int Count(WaitingEvent loss)
    {
        using var data = JsonDocument.Parse(loss.Event!.Data.Utf8);
        return data.RootElement.GetProperty("count").GetInt32();
    }

    private static void AssertLoss(WaitingEvent item, string vm, string data)
    {
        Assert.Equal(("EVENTS_LOST", vm, EventOrigin.Gateway), (item.Event!.Name, item.Event.Vm, item.Event.Origin));
        Assert.Equal(data, item.Event.Data.ToString());
    }

    private long Add(string vm, JsonText? data = null) =>
        backlog.Add(new NewEvent(vm, "STOP", EventOrigin.Qemu, data ?? JsonText.EmptyObject, null));
}
