using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Observability;

/// <summary>Nothing that a VM makes up adds series without end, and a VM that is missing has none.</summary>
[Collection(nameof(MetricsTests))]
public sealed class MetricSeriesTests
{
    [Fact]
    public async Task A_VM_that_never_was_there_is_a_missing_series()
    {
        await using var host = new GatewayHost("gone", "there");
        host.Fake("gone").IsListening = false;
        await host.StartAsync();
        await host.ConnectedAsync("there");
        var scrape = await Scrape.SeesAsync(host, "qmp_gateway_vm_connected", 0, ("vm", "gone"));
        Assert.Equal(1, scrape.Value("qmp_gateway_vm_connected", ("vm", "there")));
        Assert.Equal(["there"], scrape.Named("qmp_gateway_vm_status").Select(static series => series.Labels["vm"]));
        Assert.Equal(["there"], scrape.Named("qmp_gateway_vm_last_message_timestamp_seconds").Select(static series => series.Labels["vm"]));
    }

    [Fact]
    public async Task Made_up_events_panics_and_states_make_no_series_without_end()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        await host.Fake("a").EventAsync("un\\\"usual\\n");
        await host.Fake("a").EventAsync(new string('X', 65));
        for (var i = 0; i < 300; i++)
        {
            await host.Fake("a").EventAsync($"MADE_UP_{i}");
            await host.Fake("a").EventAsync("GUEST_PANICKED", """{"action":"pause","info":{"type":"made-up-""" + i + "\"}}");
        }

        host.Fake("a").Status = FakeVm.StatusOf(new string('y', 100_000));
        await host.Fake("a").EventAsync("LAST");

        var scrape = await Scrape.UntilAsync(
            host,
            static now => now.Named("qmp_gateway_events_total").Sum(static series => series.Value) >= 606 && now.Value("qmp_gateway_vm_status", ("vm", "a"), ("status", "other")) == 1,
            "all counted");
        // "other" has taken one of the places.
        Assert.Equal(100, scrape.Named("qmp_gateway_events_total").Count());
        Assert.Equal(17, scrape.Named("qmp_gateway_guest_panics_total").Count());
        Assert.Equal(300, scrape.Value("qmp_gateway_events_total", ("vm", "a"), ("event", "GUEST_PANICKED")));
        Assert.Equal(300, scrape.Named("qmp_gateway_guest_panics_total").Sum(static series => series.Value));
        Assert.DoesNotContain("usual", scrape.Text);
        Assert.DoesNotContain("XXXX", scrape.Text);
    }
}
