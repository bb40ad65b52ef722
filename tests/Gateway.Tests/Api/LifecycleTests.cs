using Xunit;

namespace Gateway.Tests.Api;

public sealed class LifecycleTests
{
    [Theory]
    [InlineData("stop", "stop")]
    [InlineData("cont", "cont")]
    [InlineData("reset", "system_reset")]
    [InlineData("powerdown", "system_powerdown")]
    [InlineData("wakeup", "system_wakeup")]
    [InlineData("quit", "quit")]
    [InlineData("nmi", "inject-nmi")]
    public async Task A_command_is_done_when_QEMU_acknowledged_it(string route, string command)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.PostAsync($"/vms/web1/{route}")).NoContent();
        Assert.Equal([command], host.Fake("web1").Sent);
        var received = await host.Fake("web1").ReceivedAsync(command);
        Assert.False(received.OutOfBand);
        Assert.Equal(System.Text.Json.JsonValueKind.Undefined, received.Arguments.ValueKind);
    }

    [Theory]
    [InlineData("stop", "stop")]
    [InlineData("wakeup", "system_wakeup")]
    [InlineData("nmi", "inject-nmi")]
    public async Task QEMUs_refusal_is_told_word_for_word(string route, string command)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Refuse(command, "DeviceNotActive", """no \"ACPI\" <here> ä\u00e4""");
        (await host.PostAsync($"/vms/web1/{route}")).Problem(
            "command-refused", $"/vms/web1/{route}", ("vm", "web1"), ("command", command), ("outcome", "refused"),
            ("qmpError", """{"class":"DeviceNotActive","desc":"no \"ACPI\" <here> ää"}"""));
    }

    [Fact]
    public async Task A_command_that_QEMU_does_not_know_is_not_supported()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Refuse("inject-nmi", "CommandNotFound", "The command inject-nmi has not been found");
        (await host.PostAsync("/vms/web1/nmi")).Problem(
            "command-not-supported", "/vms/web1/nmi", ("vm", "web1"), ("command", "inject-nmi"), ("outcome", "refused"),
            ("qmpError", """{"class":"CommandNotFound","desc":"The command inject-nmi has not been found"}"""));
    }

    [Theory]
    [InlineData("stop?wait=5", "stop")]
    [InlineData("stop", "stop")]
    [InlineData("quit", "quit")]
    public async Task Nothing_is_sent_to_a_VM_that_is_not_connected(string route, string command)
    {
        await using var host = new GatewayHost("web1");
        host.Fake("web1").Reception = Reception.Silent;
        await host.StartAsync();
        (await host.PostAsync($"/vms/web1/{route}")).Problem(
            "vm-unreachable", $"/vms/web1/{route.Split('?')[0]}", ("vm", "web1"), ("command", command), ("outcome", "not-sent"));
        Assert.Empty(host.Fake("web1").Received);
    }

    [Fact]
    public async Task A_loss_after_sending_leaves_the_outcome_unknown_and_the_command_is_never_sent_again()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Drop("system_reset");
        var before = host.Journal.LastAppended;
        (await host.PostAsync("/vms/web1/reset")).Problem(
            "outcome-unknown", "/vms/web1/reset", ("vm", "web1"), ("command", "system_reset"), ("outcome", "unknown"));
        host.Fake("web1").Behave("system_reset");
        await host.EventAsync("web1", "VM_CONNECTED", before);
        (await host.GetAsync("/vms/web1/status")).Ok();
        Assert.Equal(["system_reset"], host.Fake("web1").Sent);
    }

    [Fact]
    public async Task The_trace_of_the_caller_is_told()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Refuse("stop");
        var problem = (await host.PostAsync("/vms/web1/stop", null, ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))).Json;
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", problem.Text("traceId"));
    }
}
