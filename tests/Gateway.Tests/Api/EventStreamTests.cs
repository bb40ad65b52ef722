using Gateway.Journal;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Api;

public sealed class EventStreamTests
{
    [Fact]
    public async Task A_stream_starts_now_and_says_from_where_nothing_will_be_missed()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await host.EventAsync("web1", "VM_STATUS_CHANGED");
        var head = host.Journal.Head;
        await using var stream = await SseReader.OpenAsync(host, "/events");
        Assert.Equal(head.ToString(System.Globalization.CultureInfo.InvariantCulture), stream.Cursor);
        Assert.Equal("text/event-stream", stream.ContentType);
        await host.Fake("web1").EventAsync("RTC_CHANGE", """{"offset": 18446744073709551615}""");
        var (id, name, data) = await stream.NextAsync();
        Assert.Equal(("RTC_CHANGE", id), (name, data.Text("id")));
        Assert.Equal("""{"offset": 18446744073709551615}""", data.GetProperty("data").GetRawText());
        Assert.Equal((await host.GetAsync("/events?event=RTC_CHANGE")).Json.GetProperty("items")[0].GetRawText(), data.GetRawText());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_headers_come_before_anything_happens(bool real)
    {
        // The clock stands, so no sign of life comes either.
        await using var host = new GatewayHost { Time = new FakeTimeProvider(), ListensForReal = real };
        await host.StartAsync();
        await using var stream = await SseReader.OpenAsync(host, "/events");
        Assert.Equal("0", stream.Cursor);
    }

    [Theory]
    [InlineData("/events?after=start")]
    [InlineData("/events?after=0")]
    [InlineData("/vms/web1/events?after=start")]
    public async Task A_stream_begins_where_it_is_told_to(string path)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var stream = await SseReader.OpenAsync(host, path);
        Assert.Equal("VM_ADDED", (await stream.NextAsync()).Name);
        Assert.Equal("VM_CONNECTED", (await stream.NextAsync()).Name);
    }

    [Fact]
    public async Task The_last_id_that_a_reader_saw_wins()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await host.EventAsync("web1", "VM_STATUS_CHANGED");
        await using var stream = await SseReader.OpenAsync(host, "/events?after=start", ("Last-Event-ID", "2"));
        Assert.Equal(("2", "3"), (stream.Cursor, (await stream.NextAsync()).Id));
    }

    [Fact]
    public async Task A_reader_that_resumes_sees_each_event_once()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                await vm.EventAsync("RTC_CHANGE", $$"""{"offset": {{i}}}""");
            }
        }, TestContext.Current.CancellationToken);
        var seen = new List<int>();
        var last = "start";
        while (seen.Count < 2000)
        {
            await using var stream = await SseReader.OpenAsync(host, "/events?event=RTC_CHANGE", ("Last-Event-ID", last));
            for (var i = 0; i < 150 && seen.Count < 2000; i++)
            {
                var (id, _, data) = await stream.NextAsync();
                last = id!;
                seen.Add(data.GetProperty("data").GetProperty("offset").GetInt32());
            }
        }

        await sending;
        Assert.Equal(Enumerable.Range(0, 2000), seen);
    }

    [Fact]
    public async Task A_reader_to_whom_nothing_comes_hears_a_sign_of_life_that_moves_its_cursor_on()
    {
        await using var host = new GatewayHost { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await using var stream = await SseReader.OpenAsync(host, "/events?event=NEVER");
        var other = host.Journal.Append(new NewEvent("x", "OTHER", EventOrigin.Qemu, QmpGateway.Qmp.JsonText.EmptyObject, null));
        await host.EventAsync("x", "OTHER");
        var line = stream.LineAsync();
        await host.AdvanceUntilAsync(line, TimeSpan.FromSeconds(1));
        Assert.InRange(host.Time!.GetUtcNow() - host.Time.Start, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
        Assert.StartsWith(":", await line);
        Assert.Equal($"id: {other}", await stream.LineAsync());
        Assert.Equal("", await stream.LineAsync());
    }

    [Theory]
    [InlineData("/events?limit=5", "limit")]
    [InlineData("/events?wait=5", "wait")]
    public async Task What_is_for_history_is_not_for_a_stream(string path, string field)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        (await host.GetAsync(path, ("Accept", "text/event-stream"))).Invalid("/events", null, field);
    }

    [Fact]
    public async Task A_reader_that_resumes_too_late_is_told()
    {
        await using var host = await GatewayHost.ConnectedAsync();
        (await host.GetAsync("/events", ("Accept", "text/event-stream"), ("Last-Event-ID", "99"))).Invalid("/events", null, "Last-Event-ID");
        (await host.GetAsync("/events?after=1000", ("Accept", "text/event-stream"), ("Last-Event-ID", "x"))).Invalid("/events", null, "Last-Event-ID");
        (await host.GetAsync("/events?after=1000", ("Accept", "text/event-stream"))).Invalid("/events", null, "after");
    }
}
