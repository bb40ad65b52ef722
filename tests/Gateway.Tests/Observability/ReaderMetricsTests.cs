using Xunit;

namespace Gateway.Tests.Observability;

/// <summary>Readers of each kind, and how far behind the last of them is.</summary>
[Collection(nameof(MetricsTests))]
public sealed class ReaderMetricsTests
{
    [Fact]
    public async Task Each_kind_of_reader_counts_while_it_reads()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        await using (await SseReader.OpenAsync(host, "/events"))
        await using (await SseReader.OpenAsync(host, "/vms/a/events"))
        await using (var hub = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets))
        {
            await hub.SubscribeAsync(new { });
            using var over = new CancellationTokenSource();
            var streaming = hub.Stream(new { after = "start" }, over.Token).GetAsyncEnumerator(over.Token);
            Assert.True(await streaming.MoveNextAsync());
            await Scrape.SeesAsync(host, "qmp_gateway_readers", 2, ("kind", "sse"));
            await Scrape.SeesAsync(host, "qmp_gateway_readers", 1, ("kind", "hub"));
            await Scrape.SeesAsync(host, "qmp_gateway_readers", 1, ("kind", "hub-stream"));
            await over.CancelAsync();
            await Scrape.SeesAsync(host, "qmp_gateway_readers", 0, ("kind", "hub-stream"));
        }

        await Scrape.SeesAsync(host, "qmp_gateway_readers", 0, ("kind", "sse"));
        await Scrape.SeesAsync(host, "qmp_gateway_readers", 0, ("kind", "hub"));
    }

    [Fact]
    public async Task A_reader_that_does_not_read_lags_by_what_it_has_not_taken_and_no_more_when_it_has()
    {
        await using var host = new GatewayHost("a") { ListensForReal = true };
        await host.StartAsync();
        await host.ConnectedAsync("a");
        await using var reading = await SseReader.OpenAsync(host, "/events");
        await using var idle = await SseReader.OpenAsync(host, "/events");
        await Scrape.SeesAsync(host, "qmp_gateway_readers", 2, ("kind", "sse"));
        await Scrape.SeesAsync(host, "qmp_gateway_reader_lag_events", 0, ("kind", "sse"));

        // More than sockets and Kestrel's own buffers take from a reader's hands.
        var large = $$"""{"text":"{{new string('x', 1_000_000)}}"}""";
        const int sent = 40;
        for (var i = 0; i < sent; i++)
        {
            await host.Fake("a").EventAsync("LARGE", large);
            Assert.Equal("LARGE", (await reading.NextAsync()).Name);
        }

        var scrape = await Scrape.UntilAsync(host, static now => now.Value("qmp_gateway_reader_lag_events", ("kind", "sse")) > 0, "a lag");
        Assert.InRange(scrape.Value("qmp_gateway_reader_lag_events", ("kind", "sse"))!.Value, 1, sent);
        Assert.Equal(0, scrape.Value("qmp_gateway_reader_lag_events", ("kind", "hub")));
        for (var i = 0; i < sent; i++)
        {
            await idle.NextAsync();
        }

        await Scrape.SeesAsync(host, "qmp_gateway_reader_lag_events", 0, ("kind", "sse"));
    }
}
