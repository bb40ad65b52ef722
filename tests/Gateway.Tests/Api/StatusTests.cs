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

    [Theory]
    [InlineData("/status")]
    [InlineData("/vms/web1/status")]
    public async Task The_plain_question_is_answered_as_the_one_with_a_query(string path)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var plain = await host.GetAsync(path);
        var queried = await host.GetAsync($"{path}?until=running");
        plain.Ok();
        Assert.Equal(queried.Text, plain.Text);
        Assert.Equal(queried.Headers, plain.Headers);
    }
}
