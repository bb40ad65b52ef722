using QmpGateway.Qmp.Tests.Connection;
using Xunit;

namespace QmpGateway.Qmp.Tests;

public class RunStateCommandTests
{
    [Fact]
    public async Task The_status_is_typed_and_keeps_what_is_not_known()
    {
        await using var session = await Session.StartAsync();
        var call = session.Client.QueryStatusAsync();
        await session.Qemu.ReturnAsync(
            await session.Qemu.ReceiveAsync("query-status"), """{"status": "of-a-newer-qemu", "running": true, "extra": 18446744073709551615}""");

        var status = await call;

        Assert.Equal((true, new RunState("of-a-newer-qemu"), null), (status.Running, status.Status, status.Singlestep));
        Assert.Equal("18446744073709551615", status.OtherMembers!["extra"].GetRawText());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"running": true}""")]
    [InlineData("""{"status": 7, "running": true}""")]
    public async Task A_status_that_is_none_is_a_protocol_failure(string reply)
    {
        await using var session = await Session.StartAsync();
        var call = session.Client.QueryStatusAsync();
        await session.Qemu.ReturnAsync(await session.Qemu.ReceiveAsync("query-status"), reply);

        var failure = await Assert.ThrowsAsync<QmpProtocolException>(() => call);

        Assert.Equal("query-status", failure.Command);
        Assert.StartsWith("the reply to query-status is not a StatusInfo: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actions_are_sent_as_they_are_set()
    {
        await using var session = await Session.StartAsync();
        var call = session.Client.SetActionAsync(new SetActionArguments { Panic = PanicAction.ExitFailure, Reboot = new RebootAction("of-a-newer-qemu") });
        var command = await session.Qemu.ReceiveAsync("set-action");
        await session.Qemu.ReturnAsync(command);
        await call;
        Assert.Equal("""{"reboot":"of-a-newer-qemu","panic":"exit-failure"}""", command.Arguments.GetRawText());
    }

    [Fact]
    public async Task The_watchdogs_action_is_sent()
    {
        await using var session = await Session.StartAsync();
        var call = session.Client.SetWatchdogActionAsync(WatchdogAction.InjectNmi);
        var command = await session.Qemu.ReceiveAsync("watchdog-set-action");
        await session.Qemu.ReturnAsync(command);
        await call;
        Assert.Equal("""{"action":"inject-nmi"}""", command.Arguments.GetRawText());
    }

    public static TheoryData<string, Func<QmpClient, Task>> Commands => new()
    {
        { "stop", static client => client.StopAsync() },
        { "cont", static client => client.ContinueAsync() },
        { "system_reset", static client => client.SystemResetAsync() },
        { "system_powerdown", static client => client.SystemPowerdownAsync() },
        { "system_wakeup", static client => client.SystemWakeupAsync() },
        { "quit", static client => client.QuitAsync() },
        { "inject-nmi", static client => client.InjectNmiAsync() },
        { "query-status", static client => client.QueryStatusAsync() },
        { "set-action", static client => client.SetActionAsync(new SetActionArguments()) },
        { "watchdog-set-action", static client => client.SetWatchdogActionAsync(WatchdogAction.None) },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_typed_command_fails_as_any_command_does(string name, Func<QmpClient, Task> run)
    {
        await using var session = await Session.StartAsync();
        var refused = run(session.Client);
        await session.Qemu.RefuseAsync(await session.Qemu.ReceiveAsync(name), "GenericError", "no");
        Assert.Equal(name, (await Assert.ThrowsAsync<QmpCommandException>(() => refused)).Command);

        var slow = run(session.Client);
        await session.Qemu.ReceiveAsync(name);
        session.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.True((await Assert.ThrowsAsync<QmpTimeoutException>(() => slow)).Sent);

        var lost = run(session.Client);
        await session.Qemu.ReceiveAsync(name);
        session.Qemu.Close();
        Assert.True((await Assert.ThrowsAsync<QmpDisconnectedException>(() => lost)).Sent);
    }
}
