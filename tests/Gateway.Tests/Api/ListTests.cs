using System.Text.Json;
using Xunit;

namespace Gateway.Tests.Api;

public sealed class ListTests
{
    [Fact]
    public async Task The_list_is_sorted_and_waits_for_no_VM()
    {
        await using var host = new GatewayHost("b", "a.1", "a-1", "c");
        host.Fake("b").Reception = Reception.Silent;
        host.Fake("c").IsListening = false;
        await host.StartAsync();
        await host.ConnectedAsync("a.1");
        await host.ConnectedAsync("a-1");
        var list = (await host.GetAsync("/vms")).Ok();
        Assert.Equal(["items", "cursor"], list.EnumerateObject().Select(static m => m.Name));
        Assert.Equal(["a-1", "a.1", "b", "c"], Ids(list));
        Assert.Equal("connecting", list.GetProperty("items")[2].GetProperty("connection").Text("state"));
    }

    [Theory]
    [InlineData("label=rack%3Da", "web1", "web2")]
    [InlineData("label=rack%3Da&label=row%3D1", "web1")]
    [InlineData("label=rack%3Dz")]
    [InlineData("label=odd%3D%3D", "web2")]
    [InlineData("connection=connected", "web1", "web3")]
    [InlineData("connection=no-socket", "web2")]
    [InlineData("status=running", "web1")]
    [InlineData("status=paused", "web3")]
    [InlineData("status=paused&connection=no-socket")]
    [InlineData("status=hibernated")]
    public async Task Filters_narrow_the_list(string query, params string[] expected)
    {
        await using var host = new GatewayHost("web1", "web2", "web3");
        host.Set("Gateway:Vms:web1:Labels:rack", "a").Set("Gateway:Vms:web1:Labels:row", "1")
            .Set("Gateway:Vms:web2:Labels:rack", "a").Set("Gateway:Vms:web2:Labels:odd", "=");
        host.Fake("web2").IsListening = false;
        host.Fake("web3").Status = FakeVm.Paused;
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.EventAsync("web3", "VM_STATUS_CHANGED");
        await host.EventAsync("web1", "VM_STATUS_CHANGED");
        await host.EventuallyAsync(() => host.Snapshot("web2").Connection.Reason is not null, "no-socket");
        Assert.Equal(expected, Ids((await host.GetAsync($"/vms?{query}")).Ok()));
    }

    [Theory]
    [InlineData("label=rack", "label")]
    [InlineData("label=", "label")]
    [InlineData("label=%3Da", "label")]
    [InlineData("connection=gone", "connection")]
    [InlineData("connection=", "connection")]
    [InlineData("connection=connected&connection=busy", "connection")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("page=", "page")]
    [InlineData("page=%2F", "page")]
    [InlineData("status=", "status")]
    [InlineData("state=running", "state")]
    public async Task A_filter_that_is_none_is_refused(string query, string field)
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        (await host.GetAsync($"/vms?{query}")).Invalid("/vms", null, field);
    }

    [Fact]
    public async Task Pages_lead_through_the_list_while_VMs_come_and_go()
    {
        await using var host = await GatewayHost.ConnectedAsync("a", "b", "c", "d");
        var first = (await host.GetAsync("/vms?limit=2&connection=connected")).Ok();
        await host.PutAsync("/vms/aa", """{"endpoint":"unix:/nowhere/aa.qmp"}""");
        var second = (await host.GetAsync($"/vms?limit=2&connection=connected&page={first.Text("next")}")).Ok();
        await host.PutAsync("/vms/e", """{"endpoint":"unix:/nowhere/e.qmp"}""");
        var rest = (await host.GetAsync($"/vms?page={first.Text("next")}")).Ok();
        Assert.Equal(["a", "b"], Ids(first));
        Assert.Equal(["c", "d"], Ids(second));
        Assert.Equal(["c", "d", "e"], Ids(rest));
        Assert.Equal(["items", "cursor"], second.EnumerateObject().Select(static m => m.Name));
    }

    [Fact]
    public async Task Events_after_the_lists_cursor_show_every_change_since_the_list()
    {
        string[] ids = [.. Enumerable.Range(0, 8).Select(static i => $"vm{i}")];
        await using var host = await GatewayHost.ConnectedAsync(ids);
        using var over = new CancellationTokenSource();
        var changing = Task.WhenAll(ids.Select(id => Task.Run(async () =>
        {
            for (var i = 0; !over.IsCancellationRequested; i++)
            {
                await host.PostAsync($"/vms/{id}/{(i % 2 == 0 ? "stop" : "cont")}");
            }
        })));
        var lists = new List<JsonElement>();
        var last = host.Journal.LastAppended;
        while (lists.Count < 200 || host.Journal.LastAppended < last + 500)
        {
            lists.Add((await host.GetAsync("/vms")).Ok());
        }

        await over.CancelAsync();
        await changing;
        var final = (await host.GetAsync("/vms")).Ok();
        var changes = new List<JsonElement>();
        foreach (var id in ids)
        {
            changes.AddRange(await host.EventsAsync(id, "VM_STATUS_CHANGED"));
        }

        // Whatever moment a list was made in: it and the changes after its cursor lead to the same end.
        var end = Replay(lists[0], changes);
        Assert.All(lists, list => Assert.Equal(end, Replay(list, changes)));
        Assert.Equal(end, Replay(final, changes));
    }

    private static SortedDictionary<string, string> Replay(JsonElement list, IEnumerable<JsonElement> changes)
    {
        var seen = Statuses(list);
        foreach (var change in changes.Where(change => change.Id() > list.Id("cursor")).OrderBy(static change => change.Id()))
        {
            seen[change.Text("vm")!] = change.GetProperty("data").GetProperty("status").Text("status")!;
        }

        return seen;
    }

    private static SortedDictionary<string, string> Statuses(JsonElement list) =>
        new(list.GetProperty("items").EnumerateArray().ToDictionary(static vm => vm.Text("id")!, static vm => vm.GetProperty("status").Text("status")!));

    private static IEnumerable<string?> Ids(JsonElement list) => list.GetProperty("items").EnumerateArray().Select(static vm => vm.Text("id"));
}
