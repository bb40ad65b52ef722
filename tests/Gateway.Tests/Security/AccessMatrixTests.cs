using System.Reflection;
using Gateway.Hubs;
using Gateway.Tests.Commands.Typed;
using Gateway.Tests.Dashboard;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>Every route and hub method against every kind of caller. What is not in the table fails the test.</summary>
public sealed class AccessMatrixTests : IDisposable
{
    private const int Nobody = 401;

    // The callers, in the order of the table's last columns: whose grant has the VM, and whose has another.
    private static readonly string[] Callers = ["viewer", "operator", "admin", "viewer-elsewhere", "operator-elsewhere", "admin-elsewhere"];

    private static readonly Row[] Table =
    [
        new("GET", "/version", [200, 200, 200, 200, 200, 200]),
        new("GET", "/me", [200, 200, 200, 200, 200, 200]),
        new("GET", "/metrics", [200, 200, 200, 200, 200, 200]),
        new("GET", "/audit", [403, 403, 200, 403, 403, 200]),
        new("GET", "/events", [200, 200, 200, 200, 200, 200]),
        new("POST", "/bulk", [403, 200, 200, 403, 200, 200], """{"action":"stop","vms":["*"]}"""),
        new("GET", "/vms", [200, 200, 200, 200, 200, 200]),
        new("GET", "/vms/{vm}", [200, 200, 200, 404, 404, 404]),
        new("PUT", "/vms/{vm}", [403, 403, 409, 403, 403, 403], """{"endpoint":"unix:/x"}"""),
        new("DELETE", "/vms/{vm}", [403, 403, 409, 404, 404, 404]),
        new("GET", "/vms/{vm}/events", [200, 200, 200, 404, 404, 404]),
        .. OfAVm("GET", "status", [200, 200, 200, 404, 404, 404]),
        .. OfAVm("GET", "actions", [200, 200, 200, 404, 404, 404]),
        .. OfAVm("PUT", "actions", [403, 200, 200, 404, 404, 404], """{"panic":"pause"}"""),
        .. OfAVm("PUT", "watchdog", [403, 200, 200, 404, 404, 404], """{"action":"reset"}"""),
        .. OfAVm("POST", "stop", [403, 204, 204, 404, 404, 404]),
        .. OfAVm("POST", "cont", [403, 204, 204, 404, 404, 404]),
        .. OfAVm("POST", "reset", [403, 204, 204, 404, 404, 404]),
        .. OfAVm("POST", "powerdown", [403, 204, 204, 404, 404, 404]),
        .. OfAVm("POST", "wakeup", [403, 204, 204, 404, 404, 404]),
        .. OfAVm("POST", "nmi", [403, 204, 204, 404, 404, 404]),
        .. OfAVm("POST", "qmp", [403, 403, 200, 404, 404, 404], """{"execute":"query-status"}"""),
        // A monitor, to those who upgrade to a WebSocket.
        .. OfAVm("GET", "qmp", [403, 403, 400, 404, 404, 404]),
        .. OfAVm("CONNECT", "qmp", [403, 403, 400, 404, 404, 404]),
        .. OfAVm("GET", "commands", [200, 200, 200, 404, 404, 404]),
        .. OfAVm("GET", "openapi.json", [200, 200, 200, 404, 404, 404]),
        .. OfAVm("POST", "commands/{command}", [403, 403, 200, 404, 404, 404], "{}"),
        new("GET", "/swagger/documents.json", [200, 200, 200, 200, 200, 200]),
        new("POST", "/hubs/events/negotiate", [200, 200, 200, 200, 200, 200]),
        new("GET", "/hubs/events/negotiate", [405, 405, 405, 405, 405, 405]),
        // Without an upgrade there is no connection to look for.
        new("GET", "/hubs/events", [400, 400, 400, 400, 400, 400]),
        new("GET", "/swagger/index.html", [200, 200, 200, 200, 200, 200]),
        new("GET", "/openapi/gateway.v1.json", [200, 200, 200, 200, 200, 200]),
        new("GET", "/openapi/events.v1.json", [200, 200, 200, 200, 200, 200]),
        new("GET", "/swagger/groups.js", [200, 200, 200, 200, 200, 200]),
        new("GET", "/nowhere", [404, 404, 404, 404, 404, 404]),
        // 0: it ends the VM, so that the next one who may send it finds none.
        .. OfAVm("POST", "quit", [403, 0, 0, 404, 404, 404]),
    ];

    private static readonly string[] Open = ["/health/live", "/health/ready", "/", "/ui/{**path}", "/ui/sign-in.json"];

    private readonly FakeDashboard dashboard = new();

    public void Dispose() => dashboard.Dispose();

    [Fact]
    public async Task Each_caller_gets_of_each_route_what_the_table_says()
    {
        await using var host = await StartedAsync();
        foreach (var row in Table)
        {
            Assert.Equal((row.Template, Nobody), (row.Template, (await AskAsync(host, row)).Status));
            Assert.Equal((row.Template, Nobody), (row.Template, (await AskAsync(host, row, Keys.As("stranger"))).Status));
            for (var i = 0; i < Callers.Length; i++)
            {
                var answer = await AskAsync(host, row, Keys.As(Callers[i]));
                Assert.True(row.Expected[i] == answer.Status || (row.Expected[i] == 0 && answer.Status is 204 or 503), $"{row.Method} {row.Template} as {Callers[i]}: {answer.Status} instead of {row.Expected[i]}: {answer.Text}");
            }
        }

        foreach (var path in Open)
        {
            Assert.Equal((path, 200), (path, (await host.GetAsync(path)).Status));
        }
    }

    [Fact]
    public async Task No_route_is_missing_from_the_table()
    {
        await using var host = await StartedAsync();
        var routes = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(static endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}"))
            .Where(static route => !route.StartsWith("HEAD ") && !route.StartsWith("OPTIONS "));
        Assert.Empty(routes.Except(Table.Select(static row => $"{row.Method} {row.Template}").Concat(Open.Select(static path => $"GET {path}"))).Order());
    }

    [Fact]
    public async Task Each_hub_method_shows_a_caller_its_VMs_and_no_other()
    {
        string[] methods = ["Stream", "Subscribe", "Unsubscribe"];
        Assert.Equal(methods, typeof(EventsHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(static method => method.GetBaseDefinition() == method).Select(static method => method.Name).Order());

        await using var host = await StartedAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => HubClient.ConnectWithKeyAsync(host, HubVia.JsonOverLongPolling, key: null));
        await Assert.ThrowsAsync<HttpRequestException>(() => HubClient.ConnectWithKeyAsync(host, HubVia.JsonOverLongPolling, Keys.Of("stranger")));
        foreach (var (caller, sees) in Callers.Select(static (name, i) => (name, i < 3)))
        {
            await using var client = await HubClient.ConnectWithKeyAsync(host, HubVia.JsonOverWebSockets, Keys.Of(caller), "VM_ADDED", "STOP");
            var cursor = await client.SubscribeAsync(new { after = "start" });
            await using var admin = await HubClient.ConnectWithKeyAsync(host, HubVia.JsonOverWebSockets, Keys.Of("admin"), "VM_ADDED");
            await admin.SubscribeAsync(new { after = "start" });
            await admin.NextAsync();
            if (sees)
            {
                Assert.Equal("VM_ADDED", (await client.NextAsync()).Method);
            }

            await client.Connection.InvokeAsync("Unsubscribe");
            Assert.True(sees || !client.HasHeardMore);
            using var limit = new CancellationTokenSource(TestSignal.Patience);
            var stream = client.Stream(new { after = "start", vms = new[] { "web1" } }, limit.Token).GetAsyncEnumerator(limit.Token);
            var first = stream.MoveNextAsync().AsTask();
            if (sees)
            {
                Assert.True(await first);
            }

            // Whoever sees nothing waits on.
            Assert.Equal(sees, first.IsCompleted);
            await limit.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await (first.IsCompletedSuccessfully ? LastAsync() : first));

            async Task<bool> LastAsync()
            {
                while (await stream.MoveNextAsync())
                {
                }

                throw new OperationCanceledException();
            }
        }
    }

    private static IEnumerable<Row> OfAVm(string method, string route, int[] expected, string? body = null) =>
        [new(method, $"/vms/{{vm}}/{route}", expected, body), new(method, $"/{route}", expected, body)];

    private static Task<Answer> AskAsync(GatewayHost host, Row row, params (string Name, string Value)[] headers) =>
        host.SendAsync(row.Method, row.Template.Replace("{vm}", "web1").Replace("{command}", "query-status"), row.Body, headers);

    private async Task<GatewayHost> StartedAsync()
    {
        var host = new GatewayHost("web1") { Dashboard = dashboard.Path };
        host.Fake("web1").DescribesItself();
        foreach (var role in (string[])["viewer", "operator", "admin"])
        {
            host.WithKey(role, role).WithKey($"{role}-elsewhere", role, "db*");
        }

        await host.StartAsync();
        await host.ConnectedAsync("web1");
        return host;
    }

    private sealed record Row(string Method, string Template, int[] Expected, string? Body = null);
}
