using Xunit;

namespace Gateway.Tests.Api;

public sealed class QueryTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("%2B3")]
    [InlineData("%203")]
    [InlineData("3%20")]
    [InlineData("301")]
    [InlineData("99999999999999999999")]
    [InlineData("0x10")]
    [InlineData("1e1")]
    [InlineData("%D9%A3")]
    [InlineData("3s")]
    [InlineData("")]
    [InlineData("3&wait=3")]
    [InlineData("3,4")]
    public async Task Seconds_are_whole_numbers_from_1_within_their_limit(string wait)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        foreach (var command in (string[])["stop", "cont", "reset", "powerdown", "wakeup", "quit"])
        {
            (await host.PostAsync($"/vms/web1/{command}?wait={wait}")).Invalid($"/vms/web1/{command}", "web1", "wait");
        }

        Assert.Empty(host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("POST", "/vms/web1/qmp", "timeout", "0")]
    [InlineData("POST", "/vms/web1/qmp", "timeout", "3601")]
    [InlineData("GET", "/events", "limit", "0")]
    [InlineData("GET", "/events", "limit", "1001")]
    [InlineData("GET", "/events", "limit", "ten")]
    [InlineData("GET", "/events", "wait", "61")]
    [InlineData("GET", "/vms/web1/events", "wait", "0")]
    public async Task Each_number_has_its_own_range(string method, string path, string name, string value)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var body = method == "POST" ? """{"execute":"query-name"}""" : null;
        var problem = (await host.SendAsync(method, $"{path}?{name}={value}", body)).Invalid(path, path.StartsWith("/vms", StringComparison.Ordinal) ? "web1" : null, name);
        Assert.Contains($"not '{value}'", problem.GetProperty("errors").GetProperty(name)[0].GetString());
        Assert.Empty(host.Fake("web1").Sent);
    }

    [Fact]
    public async Task Leading_zeros_are_digits()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.PostAsync("/vms/web1/stop?wait=03")).Ok();
    }

    [Theory]
    [InlineData("GET", "/vms")]
    [InlineData("GET", "/vms/web1")]
    [InlineData("PUT", "/vms/web1")]
    [InlineData("DELETE", "/vms/web1")]
    [InlineData("GET", "/vms/web1/status")]
    [InlineData("GET", "/vms/web1/actions")]
    [InlineData("PUT", "/vms/web1/actions")]
    [InlineData("PUT", "/vms/web1/watchdog")]
    [InlineData("POST", "/vms/web1/stop")]
    [InlineData("POST", "/vms/web1/nmi")]
    [InlineData("POST", "/vms/web1/qmp")]
    [InlineData("GET", "/vms/web1/events")]
    [InlineData("GET", "/events")]
    [InlineData("POST", "/stop")]
    public async Task A_parameter_that_a_route_does_not_know_is_refused(string method, string path)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = path is "/events" or "/vms" ? null : "web1";
        (await host.SendAsync(method, $"{path}?wiat=5&foo", method == "PUT" ? "{}" : null)).Invalid(path, vm, "wiat", "foo");
        Assert.Empty(host.Fake("web1").Sent);
        (await host.GetAsync("/vms/web1")).Ok();
    }

    [Theory]
    [InlineData("\"RUN\"", true)]
    [InlineData("\"0123456789abcdef\", \"RUN\"", true)]
    [InlineData("*", true)]
    [InlineData("\"0123456789abcdef\"", false)]
    [InlineData("\"\"", false)]
    public async Task A_write_is_for_the_runs_that_If_Match_names(string header, bool same)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        header = header.Replace("RUN", host.Snapshot("web1").Run, StringComparison.Ordinal);
        foreach (var (method, path, body, command) in Writes)
        {
            var answer = await host.SendAsync(method, path, body, ("If-Match", header));
            if (same)
            {
                Assert.InRange(answer.Status, 200, 204);
            }
            else
            {
                answer.Problem("run-changed", path.Split('?')[0], ("vm", "web1"), ("command", command), ("outcome", "not-sent"));
            }
        }

        Assert.Equal(same ? Writes.Select(static write => write.Command) : [], host.Fake("web1").Sent);
        Assert.Equal(same, host.Fake("web1").Received.Count > 1);
    }

    [Theory]
    [InlineData("RUN")]
    [InlineData("W/\"RUN\"")]
    [InlineData("\"RUN")]
    [InlineData("\"a\" \"b\"")]
    public async Task An_If_Match_that_is_none_is_refused(string header)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        header = header.Replace("RUN", host.Snapshot("web1").Run, StringComparison.Ordinal);
        foreach (var (method, path, body, _) in Writes)
        {
            (await host.SendAsync(method, path, body, ("If-Match", header))).Invalid(path.Split('?')[0], "web1", "If-Match");
        }

        Assert.Empty(host.Fake("web1").Sent);
    }

    [Fact]
    public async Task The_registry_heeds_If_Match_too()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        const string body = """{"endpoint":"unix:/fake/web1"}""";
        (await host.PutAsync("/vms/web1", body, ("If-Match", "\"0123456789abcdef\""))).Problem("run-changed", "/vms/web1", ("vm", "web1"), ("outcome", "not-sent"));
        Assert.Empty(host.Vms.All);
        (await host.PutAsync("/vms/web1", body)).Ok(201);
        await host.ConnectedAsync("web1");
        (await host.SendAsync("DELETE", "/vms/web1", null, ("If-Match", "\"0123456789abcdef\""))).Problem("run-changed", "/vms/web1", ("vm", "web1"), ("outcome", "not-sent"));
        var etag = (await host.GetAsync("/vms/web1")).Header("ETag")!;
        (await host.PutAsync("/vms/web1", body, ("If-Match", etag))).Ok();
        (await host.SendAsync("DELETE", "/vms/web1", null, ("If-Match", etag))).NoContent();
    }

    private static IEnumerable<(string Method, string Path, string? Body, string Command)> Writes =>
    [
        ("PUT", "/vms/web1/actions", """{"panic":"none"}""", "set-action"),
        ("PUT", "/vms/web1/watchdog", """{"action":"none"}""", "watchdog-set-action"),
        ("POST", "/vms/web1/stop?wait=30", null, "stop"),
        ("POST", "/vms/web1/cont", null, "cont"),
        ("POST", "/vms/web1/reset", null, "system_reset"),
        ("POST", "/vms/web1/powerdown", null, "system_powerdown"),
        ("POST", "/vms/web1/wakeup", null, "system_wakeup"),
        ("POST", "/vms/web1/nmi", null, "inject-nmi"),
        ("POST", "/vms/web1/qmp", """{"execute":"set-action","arguments":{}}""", "set-action"),
        ("POST", "/vms/web1/quit", null, "quit"),
    ];
}
