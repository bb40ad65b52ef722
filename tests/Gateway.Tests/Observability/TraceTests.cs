using System.Diagnostics;
using Gateway.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Trace;
using Xunit;

namespace Gateway.Tests.Observability;

/// <summary>Traces, as a collector gets them. Alone: whoever listens to spans hears those of all gateways of the process.</summary>
[Collection(nameof(MetricsTests))]
public sealed class TraceTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private static readonly (string, string) Parent = ("traceparent", $"00-{TraceId}-b7ad6b7169203331-01");

    [Fact]
    public async Task A_request_and_its_command_are_spans_of_the_caller_s_trace()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using (var host = await TracedAsync(collector))
        {
            (await host.PostAsync("/vms/a/stop", null, Parent)).NoContent();
        }

        var spans = collector.Spans.Where(static span => span.TraceId == TraceId).ToArray();
        var request = Assert.Single(spans, static span => span.Kind == OtlpSpan.Server);
        Assert.Equal("b7ad6b7169203331", request.ParentId);
        Assert.Equal("POST vms/{vm}/stop", request.Name);
        var command = Assert.Single(spans, static span => span.Kind == OtlpSpan.Client);
        Assert.Equal((request.SpanId, "stop", 0L), (command.ParentId, command.Name, command.Status));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["rpc.system.name"] = "qmp",
                ["rpc.method"] = "stop",
                ["qmp_gateway.vm"] = "a",
                ["qmp_gateway.outcome"] = "done",
            },
            command.Attributes);
        Assert.All(collector.Received, static one => Assert.Equal("application/x-protobuf", one.Type));
        // Lines of the log go out in groups of their own, which may be on their way yet.
        Assert.Equal(["/v1/metrics", "/v1/traces"], collector.Received.Select(static one => one.Path).Except(["/v1/logs"]).Order());
    }

    [Fact]
    public async Task A_refused_command_is_an_error_of_QEMU_s_class_and_its_problem_has_the_trace()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using (var host = await TracedAsync(collector))
        {
            host.Fake("a").Refuse("stop", "DeviceNotFound", "hush");
            var problem = (await host.PostAsync("/vms/a/stop", null, Parent)).Problem(
                "command-refused", "/vms/a/stop", ("vm", "a"), ("command", null), ("qmpError", null), ("outcome", "refused"));
            Assert.Equal(TraceId, problem.Text("traceId"));
        }

        var command = Assert.Single(collector.Spans, static span => span.TraceId == TraceId && span.Kind == OtlpSpan.Client);
        Assert.Equal((OtlpSpan.Error, "DeviceNotFound", "refused"), (command.Status, command.Attributes["error.type"], command.Attributes["qmp_gateway.outcome"]));
        Assert.DoesNotContain("hush", collector.AllText);
    }

    [Fact]
    public async Task A_command_that_finishes_late_names_the_trace_of_its_request()
    {
        await using var host = new GatewayHost("a") { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await host.ConnectedAsync("a");
        host.Fake("a").Hang("stop");
        var request = host.PostAsync("/vms/a/stop", null, Parent);
        var sent = await host.Fake("a").ReceivedAsync("stop");
        var problem = await host.AdvanceUntilAsync(request, TimeSpan.FromSeconds(1));
        Assert.Equal((504, TraceId), (problem.Status, problem.Json.Text("traceId")));
        await host.Fake("a").ReturnAsync(sent);
        Assert.Equal(TraceId, (await host.EventAsync("a", "COMMAND_FINISHED_LATE")).GetProperty("data").Text("traceId"));
    }

    [Fact]
    public async Task What_a_command_carries_and_a_token_in_a_query_are_in_no_trace()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using (var host = await TracedAsync(collector))
        {
            host.Fake("a").Return("query-block", """{"words":"quiet-answer"}""");
            (await host.PostAsync("/vms/a/qmp", """{"execute":"query-block","arguments":{"password":"quiet-argument"}}""", Parent)).Ok();
            await host.GetAsync("/hubs/events?id=1&access_token=quiet-token", Parent);
        }

        Assert.Contains(collector.Spans, static span => span.Name == "query-block");
        Assert.True(collector.Spans.Count(static span => span.TraceId == TraceId) >= 3);
        Assert.DoesNotContain("quiet-", collector.AllText);
    }

    [Fact]
    public async Task What_the_gateway_asks_by_itself_and_probes_are_no_spans()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using (var host = await TracedAsync(collector))
        {
            await host.GetAsync("/metrics");
            await host.GetAsync("/health/live");
            (await host.PutAsync("/vms/z", $$"""{"endpoint":"{{GatewayHost.EndpointOf("z")}}"}""", Parent)).Ok(201);
            await host.ConnectedAsync("z");
            await host.Fake("z").EventAsync("STOP");
            await host.Fake("z").ReceivedAsync("query-status", 2);
            (await host.GetAsync("/vms/z/status", Parent)).Ok();
        }

        Assert.DoesNotContain(collector.Spans, static span => span.Attributes.GetValueOrDefault("url.path") is "/metrics" or "/health/live");
        // The one that was asked for; not those of the session, which a request began.
        Assert.Single(collector.Spans, static span => span.Name == "query-status");
    }

    [Fact]
    public async Task Nothing_is_traced_or_sent_where_nobody_asked()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        Assert.Null(host.Services.GetService<TracerProvider>());
        using var request = new Activity("request").Start();
        Assert.Null(CommandSpans.Begin("a", "stop"));
    }

    /// <summary>A gateway that exports when it ends, and meanwhile.</summary>
    private static async Task<GatewayHost> TracedAsync(OtlpCollector collector)
    {
        // Kestrel stops when the last request has ended, with its span; a test server stops at once.
        var host = new GatewayHost("a") { ListensForReal = true }.Set("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url).Set("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        await host.StartAsync();
        await host.ConnectedAsync("a");
        return host;
    }
}
