using Xunit;

namespace Gateway.Tests.Api;

public sealed class StatusTests
{
    [Fact]
    public async Task The_status_is_QEMUs_own_text()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        vm.Status = """{"status": "a-state-of-QEMU-12", "running": true, "new-member": 18446744073709551615}""";
        var answer = await host.GetAsync("/vms/web1/status");
        answer.Ok();
        Assert.Equal(vm.Status, answer.Text);
    }
}
