using System.Text.Json;
using Xunit;

namespace QmpGateway.Qmp.Tests;

public sealed class QapiEnumTests
{
    [Fact]
    public void Every_value_of_every_version_is_known_in_the_order_of_the_schema()
    {
        AssertKnown<RunState>("debug inmigrate internal-error io-error paused postmigrate prelaunch finish-migrate restore-vm running " +
            "save-vm shutdown suspended watchdog guest-panicked colo");
        AssertKnown<ShutdownCause>("none host-error host-qmp-quit host-qmp-system-reset host-signal host-ui guest-shutdown guest-reset " +
            "guest-panic subsystem-reset snapshot-load");
        AssertKnown<WatchdogAction>("reset shutdown poweroff pause debug none inject-nmi");
        AssertKnown<RebootAction>("reset shutdown");
        AssertKnown<ShutdownAction>("poweroff pause");
        AssertKnown<PanicAction>("pause shutdown exit-failure none");
        AssertKnown<GuestPanicAction>("pause poweroff run");
        AssertKnown<GuestPanicInformationType>("hyper-v s390 tdx sev");
        AssertKnown<S390CrashReason>("unknown disabled-wait extint-loop pgmint-loop opint-loop");
        AssertKnown<MemoryFailureRecipient>("hypervisor guest");
        AssertKnown<MemoryFailureAction>("ignore inject fatal reset");
    }

    [Fact]
    public void A_value_is_equal_to_the_named_one_only_if_spelled_alike()
    {
        Assert.Equal(RunState.GuestPanicked, RunState.Of("guest-panicked"));
        Assert.NotEqual(RunState.Running, RunState.Of("Running"));
        Assert.Equal("guest-panicked", RunState.GuestPanicked.ToString());
    }

    [Theory]
    [InlineData("\"running\"")]
    [InlineData("\"from-a-newer-qemu\"")]
    [InlineData("\"\"")]
    public void Any_string_survives(string json)
    {
        var value = JsonSerializer.Deserialize(json, RunStateJson.Default.RunState);

        Assert.Equal(json, JsonSerializer.Serialize(value, RunStateJson.Default.RunState));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[\"running\"]")]
    public void What_is_no_string_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, RunStateJson.Default.RunState));

    [Fact]
    public void A_default_value_is_written_as_the_empty_string()
    {
        Assert.Equal("", default(RunState).ToString());
        Assert.Equal("\"\"", JsonSerializer.Serialize(default, RunStateJson.Default.RunState));
    }

    private static void AssertKnown<T>(string values)
        where T : struct, IQapiEnum<T> =>
        Assert.Equal(values.Split(' ').Select(T.Of), T.Known);
}
