using Xunit;

namespace Gateway.Tests.Commands.Typed;

/// <summary>The typed routes take what the VM's own QEMU takes, and ask it where that is in doubt.</summary>
public sealed class TypedValuesTests
{
    [Fact]
    public async Task A_value_that_only_this_QEMU_knows_is_sent()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        Assert.Equal("hibernate", (await host.PutAsync("/vms/web1/actions", """{"panic":"hibernate"}""")).Ok().GetProperty("panic").GetString());
        Assert.Equal("hibernate", (await host.PutAsync("/watchdog", """{"action":"hibernate"}""")).Ok().GetProperty("watchdog").GetString());
        host.Fake("web1").Status = FakeVm.StatusOf("frozen");
        Assert.Equal("frozen", (await host.GetAsync("/vms/web1/status?until=frozen&timeout=5")).Ok().GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_value_that_nobody_knows_is_refused_with_the_VMs_own_list()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        var errors = (await host.PutAsync("/vms/web1/actions", """{"panic":"explode","reboot":"fly"}"""))
            .Problem("invalid-request", "/vms/web1/actions", ("vm", "web1"), ("errors", null)).GetProperty("errors");
        Assert.Equal("""{"panic":["must be one of pause, none, hibernate, not 'explode'"],"reboot":["must be one of reset, not 'fly'"]}""", errors.GetRawText());
        errors = (await host.GetAsync("/vms/web1/status?until=running&until=flying"))
            .Problem("invalid-request", "/vms/web1/status", ("vm", "web1"), ("errors", null)).GetProperty("errors");
        Assert.Equal("""{"until":["must be one of running, paused, frozen, ended, not 'flying'"]}""", errors.GetRawText());
        Assert.DoesNotContain("set-action", host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("""{"micro":0,"minor":0,"major":6}""", 400, "query-qmp-schema")]
    [InlineData("""{"micro":22,"minor":2,"major":7}""", 200, "set-action")]
    public async Task A_value_newer_than_the_QEMU_is_refused_before_it_is_sent(string version, int status, string sent)
    {
        await using var host = new GatewayHost("web1");
        host.Fake("web1").DescribesItself().Version = version;
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        Assert.Equal(status, (await host.PutAsync("/vms/web1/actions", """{"panic":"exit-failure"}""")).Status);
        Assert.Equal(sent, Assert.Single(host.Fake("web1").Sent));
    }

    [Fact]
    public async Task Where_the_QEMU_does_not_tell_known_values_are_sent_and_others_refused()
    {
        await using var host = new GatewayHost("web1");
        host.Fake("web1").Version = """{"micro":0,"minor":0,"major":6}""";
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        (await host.PutAsync("/vms/web1/actions", """{"panic":"exit-failure"}""")).Ok();
        (await host.PutAsync("/vms/web1/actions", """{"panic":"explode"}""")).Problem("invalid-request", "/vms/web1/actions", ("vm", "web1"), ("errors", null));
    }

    [Fact]
    public async Task A_QEMU_that_hangs_is_not_waited_for_long()
    {
        await using var host = new GatewayHost("web1") { Time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider() };
        host.Fake("web1").Hang("query-qmp-schema");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        var refused = await host.AdvanceUntilAsync(host.PutAsync("/vms/web1/actions", """{"panic":"explode"}"""), TimeSpan.FromMilliseconds(10));
        refused.Problem("invalid-request", "/vms/web1/actions", ("vm", "web1"), ("errors", null));
    }

    [Fact]
    public async Task A_VM_that_is_not_there_yet_is_waited_for_in_states_that_are_known()
    {
        await using var host = new GatewayHost("web1");
        host.Fake("web1").IsListening = false;
        await host.StartAsync();
        (await host.GetAsync("/vms/web1/status?until=flying")).Problem("invalid-request", "/vms/web1/status", ("vm", "web1"), ("errors", null));
        var wait = host.GetAsync("/vms/web1/status?until=running&timeout=30");
        host.Fake("web1").IsListening = true;
        (await wait).Ok();
    }
}
