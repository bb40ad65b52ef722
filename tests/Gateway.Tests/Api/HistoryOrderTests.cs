using System.Text.Json;
using Gateway.Journal;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Api;

/// <summary>History newest first, of some time, and of VMs with a label.</summary>
public sealed class HistoryOrderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", 1)]
    [InlineData("&event=E4&vm=d", 5)]
    [InlineData("&event=E*&vm=d", 5)]
    public async Task Newest_first_is_read_back_page_by_page_without_gap_or_repetition(string filter, int step)
    {
        await using var host = await FilledHost.OfAsync(250);
        var seen = new List<long>();
        var after = "";
        while ((await host.GetAsync($"/events?order=desc&limit=40{filter}{after}")).Ok() is var page && page.Ids() is { Count: > 0 } items)
        {
            Assert.InRange(items.Count, 1, 40);
            Assert.True(long.Parse(page.Text("next")!, System.Globalization.CultureInfo.InvariantCulture) <= items[^1]);
            seen.AddRange(items);
            after = $"&after={page.Text("next")}";
        }

        Assert.Equal(Enumerable.Range(1, 250 / step).Select(i => (long)i * step).Reverse(), seen);
    }

    [Fact]
    public async Task The_end_of_history_says_so_by_an_empty_page_whose_cursor_works()
    {
        await using var host = await FilledHost.OfAsync(3);
        Assert.Equal("""{"items":[],"next":"0"}""", (await host.GetAsync("/events?order=desc&after=1")).Ok().GetRawText());
        Assert.Equal("""{"items":[],"next":"0"}""", (await host.GetAsync("/events?order=desc&after=0")).Ok().GetRawText());
        Assert.Equal("""{"items":[],"next":"0"}""", (await host.GetAsync("/events?order=desc&after=start")).Ok().GetRawText());
        Assert.Equal([1L, 2, 3], (await host.GetAsync("/events?order=asc")).Ok().Ids());
        (await host.GetAsync("/events?order=desc&after=4")).Invalid("/events", null, "after");
    }

    [Fact]
    public async Task Newest_first_ends_where_history_is_no_longer_kept()
    {
        await using var host = new GatewayHost().Set("Gateway:Journal:KeepEventsPerVm", "10");
        await host.StartAsync();
        for (var i = 0; i < 30; i++)
        {
            FilledHost.Append(host, "a", "E", i);
        }

        FilledHost.Append(host, "b", "E", 30);
        await host.EventuallyAsync(() => host.Journal.Head == 31 && host.Journal.Oldest(EventFilter.All) == 20, "trimming");
        var page = (await host.GetAsync("/events?order=desc")).Ok();
        Assert.Equal((11, "20"), (page.Ids().Count, page.Text("next")));
        Assert.Equal("""{"items":[],"next":"20"}""", (await host.GetAsync("/events?order=desc&after=21")).Ok().GetRawText());
        Assert.Equal("""{"items":[],"next":"20"}""", (await host.GetAsync("/events?order=desc&after=20")).Ok().GetRawText());
        (await host.GetAsync("/events?order=desc&after=19")).Problem("cursor-expired", "/events", ("oldest", "20"));
        // A reader who could have seen nothing of what went is not concerned.
        Assert.Equal([], (await host.GetAsync("/events?order=desc&after=19&vm=b")).Ok().Ids());
    }

    [Fact]
    public async Task A_page_that_is_larger_than_is_answered_at_once_goes_back_too()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        var text = new string('x', 100_000);
        for (var i = 0; i < 40; i++)
        {
            host.Journal.Append(new NewEvent("a", "E", EventOrigin.Qemu, new JsonText(JsonSerializer.SerializeToUtf8Bytes(new { text })), null));
        }

        await host.EventuallyAsync(() => host.Journal.Head == 40, "the head");
        var page = (await host.GetAsync("/events?order=desc&limit=35")).Ok();
        Assert.Equal(Enumerable.Range(6, 35).Select(static i => (long)i).Reverse(), page.Ids());
        Assert.Equal("6", page.Text("next"));
        Assert.Equal(40, (await host.GetAsync("/events?order=desc&limit=1000")).Ok().Ids().Count);
    }

    [Theory]
    [InlineData("since=2026-11-24T12:02:00Z", 3, 10)]
    [InlineData("since=2026-11-24T12:02:00.000001Z", 4, 10)]
    [InlineData("since=2026-11-24t12:02:00.000000999z", 4, 10)]
    [InlineData("since=2026-11-24T13:02:00%2B01:00", 3, 10)]
    [InlineData("until=2026-11-24T12:02:00Z", 1, 2)]
    [InlineData("since=2026-11-24T12:02:00Z&until=2026-11-24T12:05:00Z", 3, 5)]
    [InlineData("since=2026-11-24T12:02:00Z&until=2026-11-24T12:02:00Z", 1, 0)]
    [InlineData("since=2m", 8, 10)]
    [InlineData("since=119s", 9, 10)]
    [InlineData("until=2m", 1, 7)]
    [InlineData("since=1h&until=9m", 0, 0)]
    [InlineData("since=7d", 1, 10)]
    [InlineData("since=999999999999999999d", 1, 10)]
    [InlineData("since=2030-01-01T00:00:00Z", 1, 0)]
    [InlineData("until=2020-01-01T00:00:00Z", 1, 0)]
    public async Task Since_is_inclusive_and_until_exclusive_in_either_order(string query, int first, int last)
    {
        await using var host = await FilledByTheMinuteAsync();
        // The first event is at noon, the tenth at 12:09, which is now.
        var expected = first == 0 ? [] : Enumerable.Range(first, last - first + 1).Select(static i => (long)i).ToArray();
        var page = (await host.GetAsync($"/events?{query}")).Ok();
        Assert.Equal(expected, page.Ids());
        Assert.Equal("10", page.Text("next"));
        var back = (await host.GetAsync($"/events?order=desc&{query}")).Ok();
        Assert.Equal(Enumerable.Reverse(expected), back.Ids());
        Assert.Equal("0", back.Text("next"));
        // By pages, too.
        var walked = new List<long>();
        for (var after = ""; (await host.GetAsync($"/events?order=desc&limit=2&{query}{after}")).Ok() is var part && part.Ids() is { Count: > 0 } items; after = $"&after={part.Text("next")}")
        {
            walked.AddRange(items);
        }

        Assert.Equal(Enumerable.Reverse(expected), walked);
    }

    [Fact]
    public async Task An_event_matches_the_time_that_its_envelope_shows()
    {
        await using var host = new GatewayHost { Time = new FakeTimeProvider(Noon.AddTicks(1_234_567)) };
        await host.StartAsync();
        FilledHost.Append(host, "a", "E", 0);
        await host.EventuallyAsync(() => host.Journal.Head == 1, "the head");
        var shown = (await host.GetAsync("/events")).Ok().GetProperty("items")[0].Text("receivedAt");
        Assert.Equal([1L], (await host.GetAsync($"/events?since={shown}")).Ok().Ids());
        Assert.Equal([1L], (await host.GetAsync($"/events?order=desc&since={shown}")).Ok().Ids());
        Assert.Equal([], (await host.GetAsync($"/events?until={shown}")).Ok().Ids());
        Assert.Equal([], (await host.GetAsync($"/events?order=desc&until={shown}")).Ok().Ids());
    }

    [Theory]
    [InlineData("order=descending", "order")]
    [InlineData("order=DESC", "order")]
    [InlineData("order=", "order")]
    [InlineData("order=desc&wait=1", "wait")]
    [InlineData("since=", "since")]
    [InlineData("since=yesterday", "since")]
    [InlineData("since=15", "since")]
    [InlineData("since=15M", "since")]
    [InlineData("since=-15m", "since")]
    [InlineData("since=1.5h", "since")]
    [InlineData("since=2026-11-24", "since")]
    [InlineData("since=2026-11-24T12:00:00", "since")]
    [InlineData("since=2026-11-24T12:00:00+01:00", "since")]
    [InlineData("since=2026-13-24T12:00:00Z", "since")]
    [InlineData("until=1x", "until")]
    [InlineData("label=a", "label")]
    [InlineData("label==a", "label")]
    public async Task A_question_that_makes_no_sense_is_refused(string query, string field)
    {
        await using var host = await FilledHost.OfAsync(3);
        (await host.GetAsync($"/events?{query}")).Invalid("/events", null, field);
    }

    [Theory]
    [InlineData("order=desc", "order")]
    [InlineData("since=1h", "since")]
    [InlineData("until=1h", "until")]
    public async Task A_stream_has_no_order_and_no_time(string query, string field)
    {
        await using var host = await FilledHost.OfAsync(3);
        (await host.GetAsync($"/events?{query}", ("Accept", "text/event-stream"))).Invalid("/events", null, field);
    }

    private static async Task<GatewayHost> FilledByTheMinuteAsync()
    {
        var time = new FakeTimeProvider(Noon);
        var host = new GatewayHost { Time = time };
        await host.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            time.SetUtcNow(Noon.AddMinutes(i));
            FilledHost.Append(host, "a", "E", i);
            await host.EventuallyAsync(() => host.Journal.Head == i + 1, "the head");
        }

        return host;
    }
}

internal static class PageIds
{
    public static List<long> Ids(this JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(static item => item.Id())];
}
