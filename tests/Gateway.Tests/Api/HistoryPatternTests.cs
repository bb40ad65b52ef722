using Xunit;

namespace Gateway.Tests.Api;

/// <summary>Patterns of events and labels of VMs narrow history and live readers.</summary>
public sealed class HistoryPatternTests
{
    [Theory]
    [InlineData("GUEST_*", new long[] { 1, 2 })]
    [InlineData("*", new long[] { 1, 2, 3, 4, 5 })]
    [InlineData("*_PANICKED", new long[] { 1 })]
    [InlineData("STOP&event=G*T_PAN*", new long[] { 1, 3 })]
    [InlineData("guest_*", new long[] { })]
    [InlineData("*A%3FB", new long[] { 4 })]
    [InlineData("*A%5CB", new long[] { 5 })]
    public async Task A_star_in_the_name_of_an_event_stands_for_any_text_and_nothing_else_does(string pattern, long[] expected)
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        foreach (var name in (string[])["GUEST_PANICKED", "GUEST_CRASHLOADED", "STOP", "A?B", @"A\B"])
        {
            FilledHost.Append(host, "a", name, 0);
        }

        await host.EventuallyAsync(() => host.Journal.Head == 5, "the head");
        Assert.Equal(expected, (await host.GetAsync($"/events?event={pattern}")).Ok().Ids());
        Assert.Equal(Enumerable.Reverse(expected), (await host.GetAsync($"/events?order=desc&event={pattern}")).Ok().Ids());
    }

    [Fact]
    public async Task A_pattern_that_is_too_long_is_refused()
    {
        await using var host = await FilledHost.OfAsync(1);
        (await host.GetAsync($"/events?event={new string('E', 255)}*")).Invalid("/events", null, "event");
        (await host.GetAsync($"/events?event={new string('E', 254)}*")).Ok();
    }

    [Fact]
    public async Task Live_readers_take_patterns_and_labels_too()
    {
        await using var host = new GatewayHost("web1", "web2").Set("Gateway:Vms:web1:Labels:rack", "a").Set("Gateway:Vms:web2:Labels:rack", "b");
        await host.StartAsync();
        await using var sse = await SseReader.OpenAsync(host, "/events?after=start&event=GUEST_*&label=rack=a");
        var waiting = host.GetAsync($"/events?after={host.Journal.Head}&wait=60&event=GUEST_*&label=rack=a");
        foreach (var vm in (string[])["web2", "web1"])
        {
            FilledHost.Append(host, vm, "STOP", 1);
            FilledHost.Append(host, vm, "GUEST_PANICKED", 2);
        }

        var page = (await waiting).Ok().GetProperty("items");
        Assert.Equal(("web1", "GUEST_PANICKED"), (page[0].Text("vm"), page[0].Text("event")));
        Assert.Equal(page[0].GetRawText(), (await sse.NextAsync()).Data.GetRawText());
    }

    [Fact]
    public async Task A_label_means_the_VMs_that_have_it_now()
    {
        await using var host = await FilledHost.OfAsync(10);
        Assert.Equal([], (await host.GetAsync("/events?label=rack=a")).Ok().Ids());
        await host.PutAsync("/vms/a", """{"endpoint":"unix:/none/a","labels":{"rack":"a","tier":"web"}}""");
        await host.PutAsync("/vms/c", """{"endpoint":"unix:/none/c","labels":{"rack":"a"}}""");
        Assert.Equal([1L, 4, 6, 9], (await host.GetAsync("/events?label=rack=a&event=E*")).Ok().Ids());
        Assert.Equal([6L, 1], (await host.GetAsync("/events?label=rack=a&label=tier=web&event=E*&order=desc")).Ok().Ids());
        Assert.Equal([1L, 6], (await host.GetAsync("/vms/a/events?label=rack=a&event=E*")).Ok().Ids());
        Assert.Equal([], (await host.GetAsync("/vms/c/events?label=tier=web&event=E*")).Ok().Ids());
        await host.PutAsync("/vms/c", """{"endpoint":"unix:/none/c","labels":{"rack":"b"}}""");
        Assert.Equal([1L, 6], (await host.GetAsync("/events?label=rack=a&event=E*")).Ok().Ids());
    }
}
