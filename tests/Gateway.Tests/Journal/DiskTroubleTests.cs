using Gateway.Journal;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>What the journal says of a disk that is full, read-only, broken or slow, and what it does meanwhile.</summary>
public sealed class DiskTroubleTests : IDisposable
{
    private const int Full = 13;

    private readonly TestJournal test;
    private PlayedDisk disk = null!;

    public DiskTroubleTests() => test = new TestJournal(path => disk = new PlayedDisk(path));

    private EventJournal Journal => test.Journal;

    public void Dispose()
    {
        disk.Go();
        test.Dispose();
    }

    [Theory]
    [InlineData(Full, "Free space")]
    [InlineData(8, "Make Gateway:DataDirectory writable")]
    [InlineData(5, "Another program is using the file")]
    [InlineData(10, "Check the disk")]
    [InlineData(11, "--journal-repair")]
    public async Task What_is_wrong_and_what_to_do_is_said_in_one_line_of_the_log_and_until_it_is_over(int failure, string advice)
    {
        test.AppendMany(3);
        var before = disk.Attempts;
        disk.Failure = failure;
        test.Append();
        // The third begins when the second has failed.
        TestJournal.Until(() => disk.Attempts >= before + 3);
        test.Append();

        Assert.Contains(advice, Journal.Trouble, StringComparison.Ordinal);
        Assert.Contains("2 events cannot be written", Journal.Trouble, StringComparison.Ordinal);
        Assert.Contains(advice, Assert.Single(test.Log.Lines), StringComparison.Ordinal);
        await AssertIdsAsync(1, 2, 3);

        disk.Failure = 0;
        test.WaitVisible();
        await AssertIdsAsync(1, 2, 3, 4, 5);
        TestJournal.Until(() => Journal.Trouble is null);
        Assert.Equal("Information: The journal can be written again.", test.Log.Lines.Last());
        Assert.Equal(2, test.Log.Lines.Count);
    }

    [Fact]
    public void Another_reason_is_another_line()
    {
        disk.Failure = Full;
        test.Append();
        TestJournal.Until(() => Journal.Trouble is not null);
        disk.Failure = 11;
        TestJournal.Until(() => Journal.Trouble!.Contains("--journal-repair", StringComparison.Ordinal));

        TestJournal.Until(() => test.Log.Lines.Count == 2);
    }

    [Fact]
    public async Task What_was_dropped_meanwhile_is_told_once_and_exactly_and_the_rest_is_there_in_order()
    {
        var large = new JsonText((byte[])[.. "\""u8, .. Enumerable.Repeat((byte)'x', (int)(JournalBacklog.MaxBytes / 4) - JournalBacklog.Overhead - 2), .. "\""u8]);
        disk.Failure = Full;
        var first = test.Append("a");
        // Taken off the backlog, the first waits at the disk.
        TestJournal.Until(() => disk.Attempts > 0);
        foreach (var vm in (string[])["a", "b", "a", "a", "b", "b", "b"])
        {
            test.Time.Advance(TimeSpan.FromSeconds(1));
            Journal.Append(new NewEvent(vm, "LARGE", EventOrigin.Qemu, large, null));
        }

        TestJournal.Until(() => Journal.Trouble?.Contains("5 events cannot be written and wait in memory; 3 events are lost", StringComparison.Ordinal) == true);
        disk.Failure = 0;
        test.WaitVisible();
        test.AppendMany(1, "a");

        var read = await test.ReadAllAsync();
        Assert.Equal(
            [(first, "a", "STOP"), (2, "a", "EVENTS_LOST"), (4, "a", "LARGE"), (5, "a", "LARGE"), (6, "b", "EVENTS_LOST"), (7, "b", "LARGE"), (8, "b", "LARGE"), (9, "a", "STOP")],
            read.Select(static entry => (entry.Id, entry.Vm, entry.Name)));
        Assert.Equal("""{"count":1,"from":"2026-11-24T03:53:01.000000Z","to":"2026-11-24T03:53:01.000000Z"}""", read[1].Data().ToString());
        Assert.Equal("""{"count":2,"from":"2026-11-24T03:53:02.000000Z","to":"2026-11-24T03:53:05.000000Z"}""", read[4].Data().ToString());
    }

    [Fact]
    public async Task A_slow_disk_is_said_to_be_slow_once_while_it_is_and_holds_nobody_up()
    {
        test.AppendMany(1);
        disk.Stall();
        test.Append();
        TestJournal.Until(() => disk.Attempts == 2);
        test.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Null(Journal.Slowness);
        test.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("takes 2.0 s", Journal.Slowness, StringComparison.Ordinal);
        Assert.Null(Journal.Trouble);
        Assert.Equal(3, test.Append());
        await AssertIdsAsync(1);
        disk.Go();
        test.WaitVisible();
        test.AppendMany(1);

        await AssertIdsAsync(1, 2, 3, 4);
        TestJournal.Until(() => Journal.Slowness is null);
        Assert.Equal(["Warning", "Information"], test.Log.Lines.Select(static line => line.Split(':')[0]));
    }

    [Fact]
    public void A_disk_that_was_slow_last_is_not_called_so_for_ever()
    {
        disk.Stall();
        test.Append();
        TestJournal.Until(() => disk.Attempts == 1);
        test.Time.Advance(TimeSpan.FromSeconds(2));
        disk.Go();
        test.WaitVisible();
        TestJournal.Until(() => Journal.Slowness is not null);

        test.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(Journal.Slowness);
    }

    [Theory]
    [InlineData("envelope = CAST(replace(envelope, '\"data\":', '\"data\"X') AS BLOB)")]
    [InlineData("envelope = CAST(replace(envelope, 'STOP', 'SToP') AS BLOB)")]
    [InlineData("envelope = CAST(replace(envelope, '\"data\":', '\"data\"X') AS BLOB), checksum = NULL")]
    [InlineData("vm = 'web2'")]
    [InlineData("event = 'STOQ'")]
    [InlineData("event = x'FF'")]
    [InlineData("checksum = checksum + 1")]
    public async Task An_entry_that_is_not_what_was_written_is_not_shown_but_told(string damage)
    {
        using var own = new TestJournal();
        own.AppendMany(3);
        own.Reopen();
        using var beside = own.Beside();
        beside.Execute($"UPDATE events SET {damage} WHERE id = 2");

        await Assert.ThrowsAsync<JournalUnreadableException>(() => own.ReadAllAsync());
        await Assert.ThrowsAsync<JournalUnreadableException>(() => own.ReadAllAsync());

        Assert.Contains("--journal-repair", own.Journal.Trouble, StringComparison.Ordinal);
        Assert.Contains("--journal-repair", Assert.Single(own.Log.Lines), StringComparison.Ordinal);
        Assert.Equal(3, Assert.Single(await own.ReadIdsAsync(after: 2)));
    }

    private async Task AssertIdsAsync(params long[] ids) => Assert.Equal(ids, await test.ReadIdsAsync());
}
