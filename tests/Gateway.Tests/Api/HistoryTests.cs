using Gateway.Journal;
using Xunit;

namespace Gateway.Tests.Api;

public sealed class HistoryTests
{
    [Fact]
    public async Task History_is_read_page_by_page_without_gap_or_repetition()
    {
        await using var host = await FilledHost.OfAsync(250);
        var seen = new List<long>();
        var after = "";
        while (true)
        {
            var page = (await host.GetAsync($"/events?limit=40{after}")).Ok();
            Assert.Equal(["items", "next"], page.EnumerateObject().Select(static member => member.Name));
            var items = page.GetProperty("items").EnumerateArray().ToArray();
            if (items.Length == 0)
            {
                break;
            }

            Assert.InRange(items.Length, 1, 40);
            seen.AddRange(items.Select(static item => item.Id()));
            Assert.Equal(items[^1].Text("id"), page.Text("next"));
            after = $"&after={page.Text("next")}";
        }

        Assert.Equal(Enumerable.Range(1, 250).Select(static i => (long)i), seen);
        Assert.Equal(100, (await host.GetAsync("/events")).Ok().GetProperty("items").GetArrayLength());
        Assert.Equal(250, (await host.GetAsync("/events?limit=1000&after=start")).Ok().GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("vm=a", 50)]
    [InlineData("vm=a&vm=b-1", 100)]
    [InlineData("vm=b-*", 100)]
    [InlineData("vm=*&event=E0", 50)]
    [InlineData("event=E0&event=E1&vm=a", 50)]
    [InlineData("event=E4", 50)]
    [InlineData("event=e4", 0)]
    [InlineData("data.n=7", 1)]
    [InlineData("data.big=18446744073709551615", 250)]
    [InlineData("data.big=18446744073709551616", 0)]
    [InlineData("data.deep.text=odd", 125)]
    [InlineData("data.deep.text=odd&data.n=8", 0)]
    [InlineData("data.flag=true", 250)]
    [InlineData("data.nothing=null", 250)]
    [InlineData("data.missing=null", 0)]
    public async Task Filters_leave_out_what_does_not_match(string filter, int expected)
    {
        await using var host = await FilledHost.OfAsync(250);
        var page = (await host.GetAsync($"/events?limit=1000&{filter}")).Ok();
        Assert.Equal(expected, page.GetProperty("items").GetArrayLength());
        // The cursor moves on past what was left out.
        Assert.Equal("250", page.Text("next"));
    }

    [Fact]
    public async Task A_filtered_page_is_full_where_there_is_enough()
    {
        await using var host = await FilledHost.OfAsync(250);
        var page = (await host.GetAsync("/events?limit=10&event=E4")).Ok();
        Assert.Equal([5, 10, 15, 20, 25, 30, 35, 40, 45, 50], page.GetProperty("items").EnumerateArray().Select(static item => item.Id()));
        Assert.Equal("50", page.Text("next"));
    }

    [Fact]
    public async Task A_VMs_history_is_its_own()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1", "web2");
        await host.Fake("web1").EventAsync("SHUTDOWN", """{"arg1":18446744073709551615, "guest": true}""");
        await host.EventAsync("web1", "SHUTDOWN");
        var items = (await host.GetAsync("/vms/web1/events?event=SHUTDOWN")).Ok().GetProperty("items");
        var item = Assert.Single(items.EnumerateArray());
        Assert.Equal("""{"arg1":18446744073709551615, "guest": true}""", item.GetProperty("data").GetRawText());
        Assert.Empty((await host.GetAsync("/vms/web2/events?event=SHUTDOWN")).Ok().GetProperty("items").EnumerateArray());
        (await host.GetAsync("/vms/web1/events?vm=web2")).Invalid("/vms/web1/events", "web1", "vm");
    }

    [Fact]
    public async Task An_event_without_data_or_clock_says_so()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await host.Fake("web1").SendAsync("""{"timestamp": {"seconds": -1, "microseconds": -1}, "event": "WAKEUP"}""");
        await host.EventAsync("web1", "WAKEUP");
        var item = (await host.GetAsync("/events?event=WAKEUP")).Ok().GetProperty("items")[0];
        Assert.Equal(("null", "{}"), (item.GetProperty("timestamp").GetRawText(), item.GetProperty("data").GetRawText()));
    }

    [Fact]
    public async Task An_empty_answer_is_held_back_until_something_comes()
    {
        await using var host = await FilledHost.OfAsync(3);
        var waiting = host.GetAsync("/events?after=3&wait=60&event=YES");
        FilledHost.Append(host, "a", "NO", 1);
        FilledHost.Append(host, "a", "YES", 2);
        var page = (await waiting).Ok();
        Assert.Equal(("YES", "5"), (page.GetProperty("items")[0].Text("event"), page.Text("next")));
        // What is there already is not waited for.
        Assert.Equal(3, (await host.GetAsync("/events?limit=3&wait=60")).Ok().GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_wait_in_vain_answers_nothing_and_moves_the_cursor_on()
    {
        await using var host = new GatewayHost { Time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider() };
        await host.StartAsync();
        FilledHost.Append(host, "a", "NO", 1);
        await host.EventAsync("a", "NO");
        var page = (await host.AdvanceUntilAsync(host.GetAsync("/events?after=0&wait=60&event=YES"), TimeSpan.FromSeconds(5))).Ok();
        Assert.Equal("""{"items":[],"next":"1"}""", page.GetRawText());
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_gone_with_the_oldest_cursor_that_works()
    {
        await using var host = new GatewayHost().Set("Gateway:Journal:KeepEventsPerVm", "10");
        await host.StartAsync();
        for (var i = 0; i < 30; i++)
        {
            FilledHost.Append(host, "a", "E", i);
        }

        FilledHost.Append(host, "b", "E", 30);
        await host.EventAsync("b", "E");
        await host.EventuallyAsync(() => host.Journal.Oldest(EventFilter.All) >= 20, "trimming");
        var problem = (await host.GetAsync("/events?after=1")).Problem("cursor-expired", "/events", ("oldest", null));
        var oldest = problem.Text("oldest");
        Assert.Equal(10, (await host.GetAsync($"/events?vm=a&after={oldest}")).Ok().GetProperty("items").GetArrayLength());
        Assert.Equal(11, (await host.GetAsync("/events?after=start")).Ok().GetProperty("items").GetArrayLength());
        Assert.Equal(11, (await host.GetAsync("/events")).Ok().GetProperty("items").GetArrayLength());
        // A reader who could have seen nothing of what went is not concerned.
        (await host.GetAsync("/events?after=1&vm=b")).Ok();
        (await host.GetAsync("/events?after=1", ("Accept", "text/event-stream"))).Problem("cursor-expired", "/events", ("oldest", oldest));
    }

    [Theory]
    [InlineData("after=4", "after")]
    [InlineData("after=-1", "after")]
    [InlineData("after=01", "after")]
    [InlineData("after=", "after")]
    [InlineData("after=x", "after")]
    [InlineData("after=1&after=2", "after")]
    [InlineData("vm=", "vm")]
    [InlineData("vm=A", "vm")]
    [InlineData("event=", "event")]
    [InlineData("events=E1", "events")]
    [InlineData("Data.n=7", "Data.n")]
    public async Task A_question_that_makes_no_sense_is_refused(string query, string field)
    {
        await using var host = await FilledHost.OfAsync(3);
        (await host.GetAsync($"/events?{query}")).Invalid("/events", null, field);
        (await host.GetAsync($"/events?{query}", ("Accept", "text/event-stream"))).Invalid("/events", null, field);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("*/*")]
    [InlineData("text/html, application/json;q=0.9, text/event-stream;q=0.1")]
    [InlineData("nonsense")]
    public async Task JSON_is_what_comes_unless_a_stream_is_preferred(string accept)
    {
        await using var host = await FilledHost.OfAsync(3);
        (await host.GetAsync("/events", ("Accept", accept))).Ok();
    }
}
