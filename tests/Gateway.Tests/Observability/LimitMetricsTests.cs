using System.Text.RegularExpressions;
using Gateway.Limits;
using Xunit;

namespace Gateway.Tests.Observability;

[Collection(nameof(MetricsTests))]
public sealed class LimitMetricsTests
{
    [Fact]
    public async Task Metrics_tell_the_limits_their_use_and_what_they_refused()
    {
        await using var host = new GatewayHost("a") { ListensForReal = true };
        foreach (var (setting, value) in ((string, int)[])[("RequestsPerVm", 1), ("Readers", 1), ("Vms", 1), ("Bulk", 1), ("BodyBytes", 2048), ("QmpBodyBytes", 4096), ("HeaderBytes", 4096)])
        {
            host.Set($"Gateway:Limits:{setting}", $"{value}");
        }

        await host.StartAsync();
        await host.ConnectedAsync("a");
        Assert.Equal(15, typeof(LimitsOptions).GetProperties().Length);
        await SeesAsync(host, "limit", ("requests", 2048), ("requests-per-vm", 1), ("requests-per-caller-per-second", 0), ("readers", 1), ("vms", 1), ("bulk", 1), ("body-bytes", 2048), ("qmp-body-bytes", 4096),
            ("header-bytes", 4096), ("reply-bytes", 256 << 20), ("hub-message-bytes", 32 << 10), ("idempotency-keys", 100_000), ("idempotency-bytes", 1 << 30), ("body-bytes-in-flight", 256 << 20));
        await SeesAsync(host, "limit_refusals_total", ("requests", 0), ("requests-per-vm", 0), ("readers", 0), ("vms", 0), ("bulk", 0), ("body-bytes", 0), ("header-bytes", 0));

        host.Fake("a").Hang("query-name");
        var underWay = host.PostAsync("/vms/a/qmp", """{"execute":"query-name"}""");
        var command = await host.Fake("a").ReceivedAsync("query-name");
        Assert.Equal(429, (await host.GetAsync("/vms/a/status")).Status);
        Assert.Equal(429, (await host.GetAsync("/status")).Status);
        await using var events = await SseReader.OpenAsync(host, "/events");
        Assert.Equal(429, (await host.GetAsync("/events", ("Accept", "text/event-stream"))).Status);
        await SeesAsync(host, "limit_used", ("requests", 1), ("readers", 1), ("vms", 0));
        await host.Fake("a").ReturnAsync(command);
        (await underWay).Ok();
        await host.PutAsync("/vms/b", """{"endpoint":"unix:/fake/b"}""");
        Assert.Equal(429, (await host.PutAsync("/vms/c", """{"endpoint":"unix:/fake/c"}""")).Status);
        Assert.Equal(400, (await host.PostAsync("/bulk", """{"action":"stop","vms":["a","b"]}""")).Status);
        Assert.Equal(413, (await host.PutAsync("/vms/b", new string(' ', 3000))).Status);
        Assert.Equal(413, (await host.PostAsync("/vms/a/qmp", new string(' ', 5000))).Status);
        Assert.Equal(431, (await host.GetAsync("/vms", ("X", new string('x', 5000)))).Status);

        await SeesAsync(host, "limit_used", ("requests", 0), ("readers", 1), ("vms", 1));
        await SeesAsync(host, "limit_refusals_total",
            ("requests", 0), ("requests-per-vm", 2), ("readers", 1), ("vms", 1), ("bulk", 1), ("body-bytes", 1), ("qmp-body-bytes", 1), ("header-bytes", 1));
    }

    /// <summary>Scrapes until the series are so: a place is free a moment after the answer.</summary>
    private static async Task SeesAsync(GatewayHost host, string name, params (string Limit, long Value)[] expected)
    {
        var text = "";
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        do
        {
            Assert.False(limit.IsCancellationRequested, $"{name} is not {string.Join(", ", expected)} in\n{text}");
            text = (await host.GetAsync("/metrics")).Text;
        }
        while (!expected.All(one => Regex.IsMatch(text, $"^qmp_gateway_{name}{{[^}}]*limit=\"{one.Limit}\"[^}}]*}} {one.Value}$", RegexOptions.Multiline)));
    }
}
