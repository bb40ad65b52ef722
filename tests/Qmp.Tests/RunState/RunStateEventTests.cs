using Xunit;

namespace QmpGateway.Qmp.Tests;

public class RunStateEventTests
{
    public static TheoryData<string, string, Type> Events => new()
    {
        { "SHUTDOWN", """{"guest": true, "reason": "guest-shutdown"}""", typeof(ShutdownEvent) },
        { "POWERDOWN", "{}", typeof(PowerdownEvent) },
        { "RESET", """{"guest": false, "reason": "host-qmp-system-reset"}""", typeof(ResetEvent) },
        { "STOP", "{}", typeof(StopEvent) },
        { "RESUME", "{}", typeof(ResumeEvent) },
        { "SUSPEND", "{}", typeof(SuspendEvent) },
        { "SUSPEND_DISK", "{}", typeof(SuspendDiskEvent) },
        { "WAKEUP", "{}", typeof(WakeupEvent) },
        { "WATCHDOG", """{"action": "pause"}""", typeof(WatchdogEvent) },
        { "GUEST_PANICKED", """{"action": "pause"}""", typeof(GuestPanickedEvent) },
        { "GUEST_CRASHLOADED", """{"action": "run"}""", typeof(GuestCrashLoadedEvent) },
        { "GUEST_PVSHUTDOWN", "{}", typeof(GuestPvShutdownEvent) },
        { "MEMORY_FAILURE", """{"recipient": "guest", "action": "inject", "flags": {"action-required": true, "recursive": false}}""", typeof(MemoryFailureEvent) },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_about_the_run_state_has_its_type(string name, string data, Type type) =>
        Assert.IsType(type, Happened(name, data).ToRunStateEvent());

    [Fact]
    public void Every_name_of_an_event_about_the_run_state_has_a_type() => Assert.Equal(
        typeof(RunStateEvents).GetFields().Select(static field => (string)field.GetRawConstantValue()!).Order(),
        Events.Select(static row => row.Data.Item1).Order());

    [Fact]
    public void Numbers_keep_all_64_bits()
    {
        var panic = Happened("GUEST_PANICKED", """{"action": "pause", "info": {"arg5": 5, "arg1": 18446744073709551615, "arg2": 2, "arg3": 3, "arg4": 9007199254740993, "type": "hyper-v"}}""");

        var registers = Assert.IsType<GuestPanicInformationHyperV>(Assert.IsType<GuestPanickedEvent>(panic.ToRunStateEvent()).Info);

        Assert.Equal((ulong.MaxValue, 9007199254740993UL), (registers.Arg1, registers.Arg4));
    }

    [Fact]
    public void Values_and_members_of_a_newer_QEMU_are_kept()
    {
        var shutdown = Assert.IsType<ShutdownEvent>(Happened("SHUTDOWN", """{"guest": false, "reason": "of-a-newer-qemu", "since": 7}""").ToRunStateEvent());
        Assert.Equal(("of-a-newer-qemu", "7"), (shutdown.Reason.Value, shutdown.OtherMembers!["since"].GetRawText()));

        var stop = Assert.IsType<StopEvent>(Happened("STOP", """{"why": "so"}""").ToRunStateEvent());
        Assert.Equal("so", stop.OtherMembers!["why"].GetString());
    }

    [Fact]
    public void Other_events_have_no_type_here() => Assert.Null(Happened("BLOCK_IO_ERROR", """{"device": "disk"}""").ToRunStateEvent());

    [Theory]
    [InlineData("SHUTDOWN", "{}")]
    [InlineData("WATCHDOG", """{"action": null}""")]
    [InlineData("STOP", "[]")]
    public void Malformed_data_is_a_protocol_failure(string name, string data)
    {
        var failure = Assert.Throws<QmpProtocolException>(() => Happened(name, data).ToRunStateEvent());
        Assert.StartsWith($"the data of {name} is not what its type requires: ", failure.Message, StringComparison.Ordinal);
    }

    private static QmpEvent Happened(string name, string data) => new(name, new JsonText(System.Text.Encoding.UTF8.GetBytes(data)), null);
}
