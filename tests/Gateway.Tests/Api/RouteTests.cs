using System.Net;
using Xunit;

namespace Gateway.Tests.Api;

/// <summary>What the routes themselves answer, and the limits of the real server.</summary>
public sealed class RouteTests
{
    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/vms/web1/nowhere")]
    [InlineData("/hubs/nowhere")]
    [InlineData("/hubs/events/nowhere")]
    [InlineData("/health")]
    [InlineData("/swagger/nowhere")]
    public async Task An_unknown_path_is_a_problem(string path)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        foreach (var method in (string[])["GET", "POST", "PUT", "DELETE", "PATCH"])
        {
            (await host.SendAsync(method, path)).Problem("not-found", path);
        }
    }

    [Theory]
    [InlineData("POST", "/vms", "GET, HEAD")]
    [InlineData("POST", "/vms/web1", "DELETE, GET, HEAD, PUT")]
    [InlineData("GET", "/vms/web1/stop", "POST")]
    [InlineData("DELETE", "/vms/web1/actions", "GET, HEAD, PUT")]
    [InlineData("GET", "/vms/web1/watchdog", "PUT")]
    [InlineData("PUT", "/vms/web1/status", "GET, HEAD")]
    [InlineData("DELETE", "/events", "GET, HEAD")]
    [InlineData("POST", "/health/live", "GET, HEAD")]
    [InlineData("PUT", "/hubs/events/negotiate", "POST")]
    [InlineData("PUT", "/hubs/events", "DELETE, GET, POST")]
    public async Task A_method_that_a_route_lacks_is_a_problem_that_names_the_others(string method, string path, string allow)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var answer = await host.SendAsync(method, path);
        answer.Problem("method-not-allowed", path);
        Assert.Equal(allow, string.Join(", ", answer.Header("Allow")!.Split(", ").Order()));
        Assert.Empty(host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/status")]
    [InlineData("GET", "/actions")]
    [InlineData("PUT", "/actions")]
    [InlineData("PUT", "/watchdog")]
    [InlineData("POST", "/stop")]
    [InlineData("POST", "/nmi")]
    [InlineData("POST", "/qmp")]
    [InlineData("GET", "/events")]
    public async Task A_VM_that_is_not_known_is_not_found_on_any_route(string method, string route)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        foreach (var id in (string[])["nope", "WEB1", "a%20b"])
        {
            var answer = await host.SendAsync(method, $"/vms/{id}{route}", method is "PUT" or "POST" ? "{}" : null);
            answer.Problem("vm-not-found", $"/vms/{id}{route}", ("vm", Uri.UnescapeDataString(id)));
        }
    }

    [Theory]
    [InlineData("/hubs/events", 400, "invalid-request")]
    [InlineData("/hubs/events?id=nope", 404, "not-found")]
    public async Task The_hubs_own_refusals_are_problems(string path, int status, string slug)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        var answer = await host.GetAsync(path);
        Assert.Equal(status, answer.Status);
        answer.Problem(slug, "/hubs/events");
    }

    [Fact]
    public async Task Health_and_version_need_no_VM()
    {
        await using var host = await GatewayHost.ConnectedAsync();
        Assert.Equal("""{"status":"ok","problems":[]}""", (await host.GetAsync("/health/live")).Ok().GetRawText());
        Assert.Equal("""{"status":"ok","problems":[]}""", (await host.GetAsync("/health/ready")).Ok().GetRawText());
        Assert.Equal("1", (await host.GetAsync("/version")).Ok().Text("contract"));
        Assert.Equal("QMP Gateway", (await host.GetAsync("/openapi/gateway.v1.json")).Json.GetProperty("info").Text("title"));
    }

    [Theory]
    [InlineData("PUT", "/vms/web1/actions", 30_000_001)]
    [InlineData("PUT", "/vms/web1/watchdog", 30_000_001)]
    [InlineData("PUT", "/vms/web2", 30_000_001)]
    [InlineData("POST", "/vms/web1/qmp", (64 * 1024 * 1024) + 1)]
    [InlineData("POST", "/vms/web1/stop", 30_000_001)]
    public async Task A_body_over_the_limit_is_not_read(string method, string path, long length)
    {
        await using var host = new GatewayHost("web1") { ListensForReal = true };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        foreach (var announced in (bool[])[true, false])
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new Spaces(length, announced) };
            request.Headers.ExpectContinue = true;
            (await host.SendAsync(request)).Problem("payload-too-large", path, ("vm", path.Split('/')[2]));
        }

        Assert.Empty(host.Fake("web1").Sent);
    }

    [Fact]
    public async Task Arguments_may_be_as_large_as_QEMU_takes_them()
    {
        await using var host = new GatewayHost("web1") { ListensForReal = true };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        host.Fake("web1").Return("query-odd", "{}");
        var body = $$$"""{"execute":"query-odd","arguments":{"a":"{{{new string('x', 40_000_000)}}}"}}""";
        (await host.PostAsync("/vms/web1/qmp", body)).Ok();
        // Within the route's limit, but over QEMU's with what the gateway puts around it.
        body = $$$"""{"execute":"query-odd","arguments":{"a":"{{{new string('x', (64 * 1024 * 1024) - 50)}}}"}}""";
        (await host.PostAsync("/vms/web1/qmp", body)).Invalid("/vms/web1/qmp", "web1", "arguments");
        Assert.Single(host.Fake("web1").Sent);
    }

    /// <summary>A body of white space.</summary>
    private sealed class Spaces : HttpContent
    {
        private readonly long length;
        private readonly bool announced;

        public Spaces(long length, bool announced)
        {
            (this.length, this.announced) = (length, announced);
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var some = new byte[1 << 20];
            Array.Fill(some, (byte)' ');
            for (var left = length; left > 0; left -= some.Length)
            {
                await stream.WriteAsync(some.AsMemory(0, (int)Math.Min(left, some.Length)));
            }
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return announced;
        }
    }
}
