using Gateway.Tests.Commands.Typed;
using Gateway.Vms;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Observability;

/// <summary>Commands of each outcome, and how long they took.</summary>
[Collection(nameof(MetricsTests))]
public sealed class CommandMetricsTests
{
    [Fact]
    public async Task Every_outcome_is_counted_under_its_name()
    {
        await using var host = await GatewayHost.ConnectedAsync("a", "gone");
        (await host.PostAsync("/vms/a/stop")).NoContent();
        (await host.PostAsync("/vms/a/cont")).NoContent();
        host.Fake("a").Refuse("stop");
        Assert.Equal(409, (await host.PostAsync("/vms/a/stop")).Status);
        host.Fake("a").Drop("stop");
        Assert.Equal(502, (await host.PostAsync("/vms/a/stop")).Status);
        host.Fake("gone").IsListening = false;
        host.Fake("gone").HangUp();
        await host.EventuallyAsync(() => host.Snapshot("gone").Connection.State == ConnectionState.NoSocket, "gone");
        Assert.Equal(503, (await host.PostAsync("/vms/gone/stop")).Status);

        foreach (var outcome in (string[])["done", "refused", "unknown", "not-sent"])
        {
            await Scrape.SeesAsync(host, "qmp_gateway_commands_total", 1, ("command", "stop"), ("outcome", outcome));
        }

        await Scrape.SeesAsync(host, "qmp_gateway_commands_total", 1, ("command", "cont"), ("outcome", "done"));
        await Scrape.SeesAsync(host, "qmp_gateway_command_duration_seconds_count", 4, ("command", "stop"));
    }

    [Fact]
    public async Task A_command_that_never_succeeded_has_its_name()
    {
        await using var host = await GatewayHost.ConnectedAsync("a", "gone");
        host.Fake("a").Refuse("system_wakeup");
        host.Fake("a").Refuse("query-odd");
        host.Fake("gone").IsListening = false;
        host.Fake("gone").HangUp();
        await host.EventuallyAsync(() => host.Snapshot("gone").Connection.State == ConnectionState.NoSocket, "gone");

        Assert.Equal(409, (await host.PostAsync("/vms/a/wakeup")).Status);
        Assert.Equal(409, (await host.PostAsync("/vms/a/qmp", """{"execute":"query-odd"}""")).Status);
        Assert.Equal(503, (await host.PostAsync("/vms/gone/quit")).Status);

        await Scrape.SeesAsync(host, "qmp_gateway_commands_total", 1, ("command", "system_wakeup"), ("outcome", "refused"));
        await Scrape.SeesAsync(host, "qmp_gateway_commands_total", 1, ("command", "query-odd"), ("outcome", "refused"));
        await Scrape.SeesAsync(host, "qmp_gateway_commands_total", 1, ("command", "quit"), ("outcome", "not-sent"));
    }

    [Fact]
    public async Task A_command_without_an_answer_is_unknown_and_took_its_time()
    {
        await using var host = new GatewayHost("a") { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await host.ConnectedAsync("a");
        (await host.PostAsync("/vms/a/nmi")).NoContent();
        host.Fake("a").Hang("inject-nmi");
        var answer = host.PostAsync("/vms/a/qmp?timeout=4", """{"execute":"query-block"}""");
        Assert.Equal(501, (await answer).Status);
        var timedOut = host.PostAsync("/vms/a/nmi");
        await host.Fake("a").ReceivedAsync("inject-nmi", 2);
        Assert.Equal(504, (await host.AdvanceUntilAsync(timedOut, TimeSpan.FromMilliseconds(100))).Status);

        var scrape = await Scrape.SeesAsync(host, "qmp_gateway_commands_total", 1, ("command", "inject-nmi"), ("outcome", "unknown"));
        Assert.InRange(scrape.Value("qmp_gateway_command_duration_seconds_sum", ("command", "inject-nmi"))!.Value, 10, 11);
        Assert.Equal(1, scrape.Value("qmp_gateway_command_duration_seconds_bucket", ("command", "inject-nmi"), ("le", "0.005")));
        Assert.Equal(2, scrape.Value("qmp_gateway_command_duration_seconds_bucket", ("command", "inject-nmi"), ("le", "30")));
    }

    [Fact]
    public async Task Made_up_commands_make_no_series()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(501, (await host.PostAsync("/vms/a/qmp", $$"""{"execute":"query-made-up-{{i}}"}""")).Status);
        }

        var scrape = await Scrape.SeesAsync(host, "qmp_gateway_commands_total", 3, ("command", "other"), ("outcome", "refused"));
        Assert.DoesNotContain("made-up", scrape.Text);
    }

    [Fact]
    public async Task A_QEMU_that_knows_every_command_makes_no_series_without_end()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        const int made = 520;
        for (var i = 0; i < made; i++)
        {
            host.Fake("a").Return($"query-made-up-{i}", "{}");
            Assert.Equal(200, (await host.PostAsync("/vms/a/qmp", $$"""{"execute":"query-made-up-{{i}}"}""")).Status);
        }

        var scrape = await Scrape.UntilAsync(
            host, static now => now.Named("qmp_gateway_commands_total").Where(static series => series.Labels["command"] != "query-status").Sum(static series => series.Value) == made, "all counted");
        Assert.InRange(scrape.Named("qmp_gateway_commands_total").Count(), 2, 202);
    }

    [Fact]
    public async Task A_command_that_only_timed_out_has_its_name_if_QEMU_or_the_VM_s_schema_has_it()
    {
        await using var host = new GatewayHost("a", "b") { Time = new FakeTimeProvider() };
        foreach (var fake in (FakeVm[])[host.Fake("a").DescribesItself(), host.Fake("b")])
        {
            fake.Hang("query-block");
            fake.Hang("x-query-new");
        }

        await host.StartAsync();
        await host.ConnectedAsync("a");
        await host.ConnectedAsync("b");
        (await host.GetAsync("/vms/a/commands")).Ok();
        await TimeOutAsync(host, "b", "x-query-new");
        await TimeOutAsync(host, "a", "query-block");
        await Scrape.SeesAsync(host, "qmp_gateway_commands_total", 1, ("command", "query-block"), ("outcome", "unknown"));
        var scrape = await Scrape.SeesAsync(host, "qmp_gateway_commands_total", 1, ("command", "other"), ("outcome", "unknown"));
        Assert.DoesNotContain("x-query-new", scrape.Text, StringComparison.Ordinal);

        await TimeOutAsync(host, "a", "x-query-new");
        await Scrape.SeesAsync(host, "qmp_gateway_commands_total", 1, ("command", "x-query-new"), ("outcome", "unknown"));
    }

    private static async Task TimeOutAsync(GatewayHost host, string vm, string command)
    {
        var answer = host.PostAsync($"/vms/{vm}/qmp?timeout=1", $$"""{"execute":"{{command}}"}""");
        await host.Fake(vm).ReceivedAsync(command);
        Assert.Equal(504, (await host.AdvanceUntilAsync(answer, TimeSpan.FromMilliseconds(100))).Status);
    }
}
