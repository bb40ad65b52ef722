using System.Text.Json;
using Gateway.Vms;
using Xunit;

namespace Gateway.Tests.Api;

public sealed class RegistryTests
{
    private const string Body = """{"endpoint":"unix:/fake/web2","labels":{"rack":"a"},"actions":{"panic":"none"}}""";

    [Fact]
    public async Task A_VM_that_is_put_is_there_and_says_where()
    {
        await using var host = new GatewayHost();
        host.Fake("web2").IsListening = false;
        await host.StartAsync();
        var put = await host.PutAsync("/vms/web2", Body);
        var vm = put.Ok(201);
        Assert.Equal("http://localhost/vms/web2", put.Header("Location"));
        Assert.Equal(
            ["id", "endpoint", "source", "labels", "actions", "connection", "status", "statusObservedAt", "statusCause", "ended", "run", "qemu", "cursor"],
            vm.EnumerateObject().Select(static m => m.Name));
        Assert.Equal(("web2", "unix:/fake/web2", "api", """{"rack":"a"}"""), (vm.Text("id"), vm.Text("endpoint"), vm.Text("source"), vm.GetProperty("labels").GetRawText()));
        var added = await host.EventAsync("web2", "VM_ADDED");
        Assert.Equal(
            """{"source":"api","endpoint":"unix:/fake/web2","labels":{"rack":"a"},"actions":{"panic":"none"},"who":"anonymous"}""",
            added.GetProperty("data").GetRawText());
        Assert.Equal("""{"panic":"none"}""", vm.GetProperty("actions").GetRawText());
        var again = await host.PutAsync("/vms/web2", Body);
        again.Ok();
        Assert.Null(again.Header("Location"));
        Assert.Single(await host.EventsAsync("web2", "VM_ADDED"));
    }

    [Fact]
    public async Task A_registry_that_cannot_be_written_keeps_no_VM_away()
    {
        await using var host = new GatewayHost("web1");
        // Where the file's successor would be written.
        Directory.CreateDirectory(Path.Combine(host.DataDirectory, "vms.json.new"));
        await host.StartAsync();

        await host.ConnectedAsync("web1");
        await host.EventAsync("web1", "VM_ADDED");
    }

    [Fact]
    public async Task A_VM_that_is_deleted_is_gone_but_for_its_events()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        (await host.PutAsync("/vms/web2", Body)).Ok(201);
        await host.ConnectedAsync("web2");
        (await host.SendAsync("DELETE", "/vms/web2")).NoContent();
        var removed = await host.EventAsync("web2", "VM_REMOVED");
        Assert.Equal("""{"source":"api","who":"anonymous"}""", removed.GetProperty("data").GetRawText());
        (await host.GetAsync("/vms/web2")).Problem("vm-not-found", "/vms/web2", ("vm", "web2"));
        (await host.SendAsync("DELETE", "/vms/web2")).Problem("vm-not-found", "/vms/web2", ("vm", "web2"));
        Assert.Empty((await host.GetAsync("/vms")).Ok().GetProperty("items").EnumerateArray());
        Assert.Contains("VM_CONNECTED", (await host.GetAsync("/events?vm=web2")).Text);
        Assert.DoesNotContain("quit", host.Fake("web2").Sent);
    }

    [Fact]
    public async Task A_VM_of_the_configuration_is_not_the_APIs()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.PutAsync("/vms/web1", Body)).Problem("vm-owned", "/vms/web1", ("vm", "web1"));
        (await host.SendAsync("DELETE", "/vms/web1")).Problem("vm-owned", "/vms/web1", ("vm", "web1"));
        Assert.Equal("unix:/fake/web1", (await host.GetAsync("/vms/web1")).Ok().Text("endpoint"));
    }

    [Fact]
    public async Task A_VM_that_is_only_to_be_created_stays_as_it_is_where_there_is_one()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await CreateAsync("web2", Body)).Ok(201);
        (await CreateAsync("web2", """{"endpoint":"unix:/fake/other"}""")).Problem("already-exists", "/vms/web2", ("vm", "web2"));
        Assert.Equal("unix:/fake/web2", (await host.GetAsync("/vms/web2")).Ok().Text("endpoint"));
        // The condition goes before the question of who owns it.
        (await CreateAsync("web1", Body)).Problem("already-exists", "/vms/web1", ("vm", "web1"));
        (await CreateAsync("web3", Body, "\"1f6b0c2a9d3e4f50\"")).Problem("invalid-request", "/vms/web3", ("vm", "web3"), ("errors", null));

        Task<Answer> CreateAsync(string id, string body, string condition = "*") => host.PutAsync($"/vms/{id}", body, ("If-None-Match", condition));
    }

    [Fact]
    public async Task A_VM_of_the_API_outlives_the_gateway()
    {
        var kept = GatewayHost.NewDirectory();
        await using (var first = new GatewayHost { DataDirectory = kept, KeepsData = true })
        {
            await first.StartAsync();
            (await first.PutAsync("/vms/web2", Body)).Ok(201);
            (await first.PutAsync("/vms/gone", """{"endpoint":"unix:/fake/gone"}""")).Ok(201);
            (await first.SendAsync("DELETE", "/vms/gone")).NoContent();
            await first.Fake("web2").ReceivedAsync("set-action");
        }

        await using var second = new GatewayHost { DataDirectory = kept };
        await second.StartAsync();
        var ended = await second.EventAsync("web2", "VM_DISCONNECTED");
        var connected = await second.EventAsync("web2", "VM_CONNECTED", ended.Id());
        var vm = Assert.Single((await second.GetAsync("/vms")).Ok().GetProperty("items").EnumerateArray());
        Assert.Equal(("unix:/fake/web2", "api", """{"rack":"a"}"""), (vm.Text("endpoint"), vm.Text("source"), vm.GetProperty("labels").GetRawText()));
        Assert.Equal("""{"panic":"none"}""", (await second.Fake("web2").ReceivedAsync("set-action")).Arguments.GetRawText());
        Assert.Single(await second.EventsAsync("web2", "VM_ADDED"));
        Assert.True(connected.GetProperty("data").GetProperty("resumed").GetBoolean());
    }

    [Fact]
    public async Task A_change_of_labels_and_actions_keeps_the_connection()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        (await host.PutAsync("/vms/web2", """{"endpoint":"unix:/fake/web2","labels":{"rack":"a"}}""")).Ok(201);
        await host.ConnectedAsync("web2");
        var since = host.Snapshot("web2").Connection.Since;
        var changed = (await host.PutAsync("/vms/web2", """{"endpoint":"unix:/fake/web2","labels":{"rack":"b"},"actions":{"panic":"none"}}""")).Ok();
        Assert.Equal("""{"rack":"b"}""", changed.GetProperty("labels").GetRawText());
        Assert.Equal((ConnectionState.Connected, since), (host.Snapshot("web2").Connection.State, host.Snapshot("web2").Connection.Since));
        Assert.Equal(1, host.Fake("web2").Dials);
        var told = await host.EventAsync("web2", "VM_CHANGED");
        Assert.Equal("""{"labels":{"rack":"b"},"actions":{"panic":"none"},"who":"anonymous"}""", told.GetProperty("data").GetRawText());
        (await host.PutAsync("/vms/web2", """{"endpoint":"unix:/fake/web2","labels":{"rack":"b"},"actions":{"panic":"none"}}""")).Ok();
        (await host.PutAsync("/vms/web2", """{"endpoint":"unix:/fake/web2","labels":{"rack":"b"}}""")).Ok();
        var again = await host.EventAsync("web2", "VM_CHANGED", told.Id());
        Assert.Equal("""{"actions":{},"who":"anonymous"}""", again.GetProperty("data").GetRawText());
        (await host.GetAsync("/vms/web2/status")).Ok();
        Assert.Empty(await host.EventsAsync("web2", "VM_DISCONNECTED"));
    }

    [Fact]
    public async Task A_definition_that_changed_while_the_gateway_was_down_is_announced_once()
    {
        var kept = GatewayHost.NewDirectory();
        await using (var first = new GatewayHost("web1") { DataDirectory = kept, KeepsData = true })
        {
            await first.Set("Gateway:Vms:web1:Labels:rack", "a").StartAsync();
            await first.ConnectedAsync("web1");
        }

        for (var start = 0; start < 2; start++)
        {
            await using var next = new GatewayHost("web1") { DataDirectory = kept, KeepsData = start == 0 };
            await next.Set("Gateway:Vms:web1:Labels:rack", "b").Set("Gateway:Vms:web1:Actions:Panic", "none").StartAsync();
            await next.ConnectedAsync("web1");
            var told = Assert.Single(await next.EventsAsync("web1", "VM_CHANGED"));
            Assert.Equal("""{"labels":{"rack":"b"},"actions":{"panic":"none"},"who":"configuration"}""", told.GetProperty("data").GetRawText());
            Assert.Single(await next.EventsAsync("web1", "VM_ADDED"));
        }
    }

    [Fact]
    public async Task A_change_of_the_endpoint_connects_anew()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        (await host.PutAsync("/vms/web2", """{"endpoint":"unix:/fake/web2"}""")).Ok(201);
        await host.ConnectedAsync("web2");
        host.Fake("other").Status = FakeVm.Paused;
        var before = host.Journal.LastAppended;
        (await host.PutAsync("/vms/web2", """{"endpoint":"unix:/fake/other"}""")).Ok();
        await host.EventAsync("web2", "VM_DISCONNECTED", before);
        var told = await host.EventAsync("web2", "VM_CHANGED", before);
        Assert.Equal("""{"endpoint":"unix:/fake/other","who":"anonymous"}""", told.GetProperty("data").GetRawText());
        await host.EventAsync("web2", "VM_CONNECTED", told.Id());
        Assert.Equal(FakeVm.Paused, (await host.GetAsync("/vms/web2/status")).Text);
        Assert.Single(await host.EventsAsync("web2", "VM_ADDED"));
        Assert.Empty(await host.EventsAsync("web2", "VM_REMOVED"));
    }

    [Theory]
    [InlineData("Web2")]
    [InlineData("-web2")]
    [InlineData("a%20b")]
    [InlineData("%C3%A4")]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890123")]
    public async Task An_id_that_is_none_is_refused(string id)
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        (await host.PutAsync($"/vms/{id}", Body)).Invalid($"/vms/{id}", Uri.UnescapeDataString(id), "vm");
        Assert.Empty(host.Vms.All);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"panic":null}""")]
    public async Task A_definition_without_actions_may_say_so(string actions)
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        (await host.PutAsync("/vms/web2", Body)).Ok(201);
        await host.Fake("web2").ReceivedAsync("set-action");
        var vm = (await host.PutAsync("/vms/web2", $$"""{"endpoint":"unix:/fake/web2","actions":{{actions}}}""")).Ok();
        Assert.Equal("{}", vm.GetProperty("actions").GetRawText());
        Assert.Equal("{}", (await host.EventAsync("web2", "VM_CHANGED")).GetProperty("data").GetProperty("actions").GetRawText());
        Assert.Single(host.Fake("web2").Sent, "set-action");
    }

    [Fact]
    public void A_discovered_VM_is_not_changed_but_by_its_socket() => Assert.Equal(
        "'web1' was discovered by its socket. It cannot be changed through the API; to remove it, remove the socket.", new VmOwnedException("web1", VmSource.Discovery).Message);

    [Fact]
    public async Task All_faults_of_a_VM_are_told_together()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        var problem = (await host.PutAsync("/vms/web2", """{"endpoint":"http://x","labels":{"rack":7,"row":"1"},"actions":{"panic":"explode","reboot":3,"foo":1},"label":{}}"""))
            .Invalid("/vms/web2", "web2", "endpoint", "labels.rack", "actions.panic", "actions.reboot", "actions.foo", "label");
        Assert.Contains("pause, shutdown, exit-failure, none", problem.GetProperty("errors").GetProperty("actions.panic")[0].GetString());
        Assert.Contains("unix:/absolute/path", problem.GetProperty("errors").GetProperty("endpoint")[0].GetString());
        (await host.PutAsync("/vms/web2", """{"labels":{}}""")).Invalid("/vms/web2", "web2", "endpoint");
        Assert.Empty(host.Vms.All);
    }

    [Theory]
    [InlineData("unix:relative")]
    [InlineData("unix:")]
    [InlineData("tcp:host")]
    [InlineData("tcp:host:0")]
    [InlineData("tcp:host:65536")]
    [InlineData("tcp:::1:4444")]
    [InlineData("/run/x.sock")]
    [InlineData("")]
    public async Task An_endpoint_that_is_none_is_refused(string endpoint)
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        (await host.PutAsync("/vms/web2", JsonSerializer.Serialize(new { endpoint }))).Invalid("/vms/web2", "web2", "endpoint");
    }
}
