using Gateway.Vms;
using QmpGateway.Qmp;
using Xunit;
using static Gateway.Tests.Vms.QuietVm;

namespace Gateway.Tests.Vms;

public sealed class StatusKeepingTests
{
    private static readonly Caller Somebody = new("somebody", "");

    [Fact]
    public async Task A_status_that_changed_without_an_event_is_noticed_within_seconds()
    {
        await using var host = await QuietAsync();
        host.Fake("web1").Status = FakeVm.StatusOf("debug");
        host.Time!.Advance(TimeSpan.FromSeconds(5));
        var change = await host.EventAsync("web1", "VM_STATUS_CHANGED", where: static e => e.GetProperty("data").GetProperty("status").Text("status") == "debug");
        Assert.Equal("null", change.GetProperty("data").GetProperty("cause").GetRawText());
    }

    [Fact]
    public async Task The_status_is_read_again_after_an_event_before_any_time_passes()
    {
        await using var host = await QuietAsync();
        await host.Fake("web1").EventAsync("RTC_CHANGE", """{"offset": 1}""");
        await host.Fake("web1").ReceivedAsync("query-status", 2);
    }

    [Fact]
    public async Task The_status_is_read_again_after_a_command_before_any_time_passes()
    {
        await using var host = await QuietAsync();
        (await host.PostAsync("/vms/web1/nmi")).NoContent();
        await host.Fake("web1").ReceivedAsync("query-status", 2);
    }

    [Fact]
    public async Task A_burst_of_events_costs_two_questions()
    {
        var time = new TimerSignals();
        await using var host = await QuietAsync(time);
        for (var i = 0; i < 500; i++)
        {
            await host.Fake("web1").EventAsync("RTC_CHANGE", $$"""{"offset": {{i}}}""");
        }

        await host.EventAsync("web1", "RTC_CHANGE", where: static e => e.GetProperty("data").GetProperty("offset").GetInt32() == 499);
        await host.Fake("web1").ReceivedAsync("query-status", 2);
        await time.StartedAsync(TimeSpan.FromMilliseconds(20));
        time.Advance(TimeSpan.FromMilliseconds(20));
        await host.Fake("web1").ReceivedAsync("query-status", 3);
        await time.StartedAsync(TimeSpan.FromMilliseconds(40));
        time.Advance(TimeSpan.FromMilliseconds(20));
        (await host.GetAsync("/vms/web1/status")).Ok();
        Assert.Equal(4, host.Fake("web1").Received.Count);
    }

    [Fact]
    public async Task A_storm_of_events_costs_fewer_and_fewer_questions_and_one_after_it_none_the_later()
    {
        var time = new TimerSignals();
        await using var host = await QuietAsync(time);
        var vm = host.Fake("web1");
        var asked = 1;
        await HappenedAsync();
        await vm.ReceivedAsync("query-status", ++asked);
        foreach (var (milliseconds, count) in ((int, int)[])[(20, 1), (40, 1), (80, 1), (160, 1), (320, 1), (320, 2)])
        {
            await time.StartedAsync(TimeSpan.FromMilliseconds(milliseconds), count);
            await HappenedAsync();
            time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            (await host.GetAsync("/vms/web1/status")).Ok();
            Assert.Equal(++asked, vm.Received.Count);
            time.Advance(TimeSpan.FromMilliseconds(1));
            await vm.ReceivedAsync("query-status", ++asked);
        }

        await time.StartedAsync(TimeSpan.FromMilliseconds(320), 3);
        (await host.GetAsync("/vms/web1/status")).Ok();
        Assert.Equal(++asked, vm.Received.Count);
        time.Advance(TimeSpan.FromMilliseconds(320));
        await HappenedAsync();
        await vm.ReceivedAsync("query-status", ++asked);
        await time.StartedAsync(TimeSpan.FromMilliseconds(20), 2);
        await HappenedAsync();
        time.Advance(TimeSpan.FromMilliseconds(20));
        await vm.ReceivedAsync("query-status", ++asked);

        async Task HappenedAsync()
        {
            var before = host.Journal.LastAppended;
            await vm.EventAsync("RTC_CHANGE", "{}");
            await host.EventAsync("web1", "RTC_CHANGE", before);
        }
    }

    [Fact]
    public async Task Callers_during_a_question_share_the_next_one_which_is_newer_than_their_request()
    {
        await using var host = await QuietAsync();
        var vm = host.Fake("web1");
        vm.Hang("query-status");
        var first = host.Monitor("web1").ReadStatusAsync(Somebody, default);
        var question = await vm.ReceivedAsync("query-status", 2);
        var others = Enumerable.Range(0, 1000).Select(_ => host.Monitor("web1").ReadStatusAsync(Somebody, default)).ToArray();
        vm.Behave("query-status");
        vm.Status = FakeVm.Paused;
        await vm.ReturnAsync(question, FakeVm.Running);
        Assert.Equal(RunState.Running, (await first).State);
        Assert.All(await Task.WhenAll(others), static status => Assert.Equal(RunState.Paused, status.State));
        Assert.Equal(3, vm.Received.Count);
    }

    [Fact]
    public async Task A_caller_who_leaves_takes_no_answer_from_the_others()
    {
        await using var host = await QuietAsync();
        var vm = host.Fake("web1");
        vm.Hang("query-status");
        using var leaving = new CancellationTokenSource();
        var leaver = host.Monitor("web1").ReadStatusAsync(Somebody, leaving.Token);
        var stayer = host.Monitor("web1").ReadStatusAsync(Somebody, default);
        var question = await vm.ReceivedAsync("query-status", 2);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        vm.Behave("query-status");
        await vm.ReturnAsync(question, FakeVm.Running);
        Assert.Equal(RunState.Running, (await stayer).State);
    }

    [Fact]
    public async Task A_hung_QEMU_is_asked_once_and_its_late_answer_is_told_once()
    {
        await using var host = await QuietAsync();
        var vm = host.Fake("web1");
        vm.Hang("query-status");
        var asked = host.GetAsync("/vms/web1/status");
        var question = await vm.ReceivedAsync("query-status", 2);
        host.Time!.Advance(TimeSpan.FromSeconds(10));
        var problem = (await asked).Problem("timed-out", "/vms/web1/status", ("vm", "web1"), ("command", "query-status"));
        await vm.ReturnAsync(question, FakeVm.Running);
        var late = await host.EventAsync("web1", "COMMAND_FINISHED_LATE");
        Assert.Equal(
            $$"""{"command":"query-status","outcome":"done","who":"anonymous","traceId":"{{problem.Text("traceId")}}"}""",
            late.GetProperty("data").GetRawText());
        Assert.Single(await host.EventsAsync("web1", "COMMAND_FINISHED_LATE"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_waited_behind_a_hung_question_is_told_what_became_of_the_next(bool beyondTheQuestionsOwnTime)
    {
        await using var host = await QuietAsync();
        var vm = host.Fake("web1");
        vm.Hang("query-status");
        var first = host.GetAsync("/vms/web1/status");
        await vm.ReceivedAsync("query-status", 2);
        host.Time!.Advance(TimeSpan.FromSeconds(6));
        var second = host.Monitor("web1").ReadStatusAsync(Somebody, default);
        host.Time.Advance(TimeSpan.FromSeconds(4));
        (await first).Problem("timed-out", "/vms/web1/status", ("vm", "web1"), ("command", "query-status"));
        var question = await vm.ReceivedAsync("query-status", 3);
        host.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.True((await Assert.ThrowsAsync<QmpTimeoutException>(() => second)).Sent);
        host.Time.Advance(TimeSpan.FromSeconds(beyondTheQuestionsOwnTime ? 4 : 0));
        await vm.ReturnAsync(question, FakeVm.Running);
        var late = await host.EventAsync("web1", "COMMAND_FINISHED_LATE");
        Assert.Equal("""{"command":"query-status","outcome":"done","who":"somebody","traceId":""}""", late.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task The_status_is_asked_anew_as_soon_as_a_hung_QEMU_goes_on()
    {
        await using var host = await QuietAsync();
        var vm = host.Fake("web1");
        vm.Hang("query-status");
        host.Time!.Advance(TimeSpan.FromSeconds(5));
        var question = await vm.ReceivedAsync("query-status", 2);
        host.Time.Advance(TimeSpan.FromSeconds(10));
        vm.Status = FakeVm.Paused;
        vm.Behave("query-status");
        await vm.ReturnAsync(question, FakeVm.Running);
        await host.EventuallyAsync(() => host.Snapshot("web1").Status!.State == RunState.Paused, "the status of now", TimeSpan.FromMilliseconds(1));
        Assert.InRange(host.Time.GetUtcNow() - host.Time.Start, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(19));
    }
}
