using Xunit;

namespace Gateway.Tests.Api;

public sealed class DefaultVmTests
{
    [Fact]
    public async Task The_only_VM_is_the_default_one_on_every_route()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        vm.Return("query-name", """{"name":"web1"}""");
        Assert.Equal(vm.Status, (await host.GetAsync("/status")).Text);
        (await host.GetAsync("/status?until=running")).Ok();
        (await host.GetAsync("/actions")).Ok();
        (await host.PutAsync("/actions", """{"panic":"none"}""")).Ok();
        (await host.PutAsync("/watchdog", """{"action":"none"}""")).Ok();
        Assert.Equal("""{"return":{"name":"web1"}}""", (await host.PostAsync("/qmp", """{"execute":"query-name"}""")).Text);
        foreach (var command in (string[])["stop", "cont", "reset", "powerdown", "wakeup", "nmi", "quit"])
        {
            (await host.PostAsync($"/{command}")).NoContent();
        }

        Assert.Equal(
            ["set-action", "watchdog-set-action", "query-name", "stop", "cont", "system_reset", "system_powerdown", "system_wakeup", "inject-nmi", "quit"], vm.Sent);
    }

    [Fact]
    public async Task Problems_of_the_default_VM_name_it()
    {
        await using var host = new GatewayHost("web1");
        host.Fake("web1").IsListening = false;
        await host.StartAsync();
        (await host.GetAsync("/status")).Problem("vm-unreachable", "/status", ("vm", "web1"), ("command", "query-status"), ("outcome", "not-sent"));
        (await host.PostAsync("/stop?wait=0")).Invalid("/stop", "web1", "wait");
    }

    [Fact]
    public async Task Of_several_the_configured_one_is_the_default()
    {
        await using var host = new GatewayHost("web1", "web2").Set("Gateway:DefaultVm", "web2");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.ConnectedAsync("web2");
        (await host.PostAsync("/stop")).NoContent();
        Assert.Equal((0, 1), (host.Fake("web1").Sent.Count, host.Fake("web2").Sent.Count));
    }

    [Fact]
    public async Task A_default_VM_that_is_yet_to_come_is_not_found_until_then()
    {
        await using var host = new GatewayHost("web1").Set("Gateway:DefaultVm", "web2");
        await host.StartAsync();
        (await host.GetAsync("/status")).Problem("vm-not-found", "/status", ("vm", "web2"));
        (await host.PutAsync("/vms/web2", """{"endpoint":"unix:/fake/web2"}""")).Ok(201);
        await host.ConnectedAsync("web2");
        (await host.GetAsync("/status")).Ok();
    }

    [Fact]
    public async Task Without_any_VM_there_is_none_to_be_the_default()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        (await host.GetAsync("/status")).Problem("vm-not-found", "/status");
        (await host.PostAsync("/stop")).Problem("vm-not-found", "/stop");
    }

    [Theory]
    [InlineData("GET", "/status", null)]
    [InlineData("GET", "/actions", null)]
    [InlineData("PUT", "/actions", """{"panic":"none"}""")]
    [InlineData("PUT", "/watchdog", """{"action":"none"}""")]
    [InlineData("POST", "/qmp", """{"execute":"query-name"}""")]
    [InlineData("POST", "/stop", null)]
    [InlineData("POST", "/quit", null)]
    public async Task Of_several_none_is_guessed(string method, string path, string? body)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1", "web2");
        var problem = (await host.SendAsync(method, path, body)).Problem("vm-ambiguous", path, ("vms", """["web1","web2"]"""));
        Assert.Contains("web1, web2", problem.Text("detail"));
        Assert.Empty(host.Fake("web1").Sent.Concat(host.Fake("web2").Sent));
    }
}
