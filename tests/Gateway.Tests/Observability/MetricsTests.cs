using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Gateway.Tests.Observability;

/// <summary>Alone: a process has one set of meters by name, and other tests' gateways would be counted too.</summary>
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
[Collection(nameof(MetricsTests))]
public sealed partial class MetricsTests
{
    [Fact]
    public async Task Metrics_tell_what_happened()
    {
        await using var host = await GatewayHost.ConnectedAsync("a", "b");
        host.Fake("a").Refuse("system_wakeup");
        (await host.PostAsync("/vms/a/stop?wait=20")).Ok();
        (await host.PostAsync("/vms/a/wakeup")).Problem(
            "command-refused", "/vms/a/wakeup", ("vm", "a"), ("command", null), ("qmpError", null), ("outcome", "refused"));
        await host.Fake("b").EventAsync("GUEST_PANICKED", """{"action":"pause","info":{"type":"hyper-v","arg1":1,"arg2":0,"arg3":0,"arg4":0,"arg5":0}}""");
        await host.EventAsync("b", "GUEST_PANICKED");

        await SeesAsync(host, "qmp_gateway_events_total", 1, ("vm", "a"), ("event", "STOP"));
        await SeesAsync(host, "qmp_gateway_guest_panics_total", 1, ("vm", "b"), ("type", "hyper-v"));
        await SeesAsync(host, "qmp_gateway_commands_total", 1, ("command", "stop"), ("outcome", "done"));
        await SeesAsync(host, "qmp_gateway_command_duration_seconds_count", 1, ("command", "stop"));
        await SeesAsync(host, "qmp_gateway_vms", 2, ("connection", "connected"));
        await SeesAsync(host, "qmp_gateway_vm_connected", 1, ("vm", "a"));
        await SeesAsync(host, "qmp_gateway_vm_status", 1, ("vm", "a"), ("status", "paused"));
        await SeesAsync(host, "qmp_gateway_readers", 0, ("kind", "sse"));
        await SeesAsync(host, "qmp_gateway_reader_lag_events", 0, ("kind", "hub"));
        var text = (await host.GetAsync("/metrics")).Text;
        Assert.Contains("qmp_gateway_vm_last_message_timestamp_seconds{", text);
        Assert.Contains("qmp_gateway_journal_commit_seconds_count{", text);
        Assert.Contains("qmp_gateway_journal_oldest_timestamp_seconds{", text);
    }

    [Fact]
    public async Task A_VM_that_never_was_there_is_a_missing_series()
    {
        await using var host = new GatewayHost("gone");
        host.Fake("gone").IsListening = false;
        await host.StartAsync();
        await SeesAsync(host, "qmp_gateway_vm_connected", 0, ("vm", "gone"));
        var text = (await host.GetAsync("/metrics")).Text;
        Assert.DoesNotContain("qmp_gateway_vm_status{", text);
        Assert.DoesNotContain("qmp_gateway_vm_last_message", text);
    }

    [Fact]
    public async Task Made_up_commands_make_no_series()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(501, (await host.PostAsync("/vms/a/qmp", $$"""{"execute":"query-made-up-{{i}}"}""")).Status);
        }

        await SeesAsync(host, "qmp_gateway_commands_total", 3, ("command", "other"), ("outcome", "refused"));
        Assert.DoesNotContain("made-up", (await host.GetAsync("/metrics")).Text);
    }

    [Fact]
    public async Task A_reader_counts_while_it_reads()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using (await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
        {
            await SeesAsync(host, "qmp_gateway_readers", 1, ("kind", "sse"));
        }

        await SeesAsync(host, "qmp_gateway_readers", 0, ("kind", "sse"));
    }

    /// <summary>Scrapes until a series has a value: the journal is counted by a reader, which is a moment behind.</summary>
    private static async Task SeesAsync(GatewayHost host, string name, double value, params (string Name, string Value)[] labels)
    {
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        while (true)
        {
            var text = (await host.GetAsync("/metrics")).Text;
            var found = Series().Matches(text).Where(s => s.Groups[1].Value == name && labels.All(l => s.Groups[2].Value.Contains($"{l.Name}=\"{l.Value}\""))).ToArray();
            if (found is [var only] && double.Parse(only.Groups[3].Value, CultureInfo.InvariantCulture) == value)
            {
                return;
            }

            Assert.False(limit.IsCancellationRequested, $"{name} is not {value} in\n{text}");
        }
    }

    [GeneratedRegex(@"^(\w+)\{([^}]*)\} (\S+)", RegexOptions.Multiline)]
    private static partial Regex Series();
}
