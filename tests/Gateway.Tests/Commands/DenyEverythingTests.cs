using System.Text.Json;
using Gateway.Requests.Audit;
using Gateway.Requests.Operations;
using Gateway.Tests.Commands.Typed;
using Gateway.Tests.NativeQmp;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Commands;

/// <summary>Under a rule that denies everything, no way leads to QEMU: each route that says it sends a command is tried, and native QMP.</summary>
public sealed class DenyEverythingTests : IDisposable
{
    // Its answer is 200 with an outcome for each VM.
    private const string Bulk = "bulk";

    private readonly TempDirectory directory = new();

    private string Socket => Path.Combine(directory.Path, "web1.qmp");

    [Fact]
    public async Task Each_route_that_sends_a_command_refuses_it()
    {
        await using var host = await StartedAsync();
        var fake = host.Fake("web1");
        var routes = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.Metadata.GetMetadata<SendsAttribute>() is not null && endpoint.RoutePattern.RawText != Bulk)
            .SelectMany(static endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => (Method: method, Route: endpoint)))
            .ToArray();

        // With and without a VM in the path: status, two of actions, seven of the lifecycle, raw, and three of the VM's own schema.
        Assert.True(routes.Count(static route => route.Method != "HEAD") >= 2 * 14, $"only {routes.Length} routes");
        foreach (var (method, route) in routes)
        {
            var (asked, recorded) = (fake.Received.Count, Records(host).Length);
            var path = $"/{route.RoutePattern.RawText!.TrimStart('/').Replace("{vm}", "web1").Replace("{command}", "stop")}";
            var command = route.Metadata.GetMetadata<SendsAttribute>()!.Command ?? "stop";

            var answer = await host.SendAsync(method, path, Body(path));

            Assert.True(answer.Status == 403, $"{method} {path}: {answer.Status} {answer.Text}");
            if (method != "HEAD")
            {
                answer.Problem("command-forbidden", path, ("vm", "web1"), ("command", command), ("rule", "nothing"), ("outcome", "not-sent"));
            }

            Assert.True(fake.Received.Count == asked, $"{method} {path} reached QEMU: {string.Join(", ", fake.Sent)}");
            if (method is "GET" or "HEAD")
            {
                // The log is of what can change something.
                Assert.Equal(recorded, Records(host).Length);
            }
            else
            {
                ExpectForbidden(Assert.Single(Records(host)[recorded..]), method, path, command);
            }
        }
    }

    [Fact]
    public async Task A_request_for_many_VMs_sends_none_of_them_a_command()
    {
        await using var host = await StartedAsync();
        var route = Assert.Single(host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(), static endpoint => endpoint.RoutePattern.RawText == Bulk);
        Assert.NotNull(route.Metadata.GetMetadata<SendsAttribute>());
        foreach (var action in OperationNames.All)
        {
            var (asked, recorded) = (host.Fake("web1").Received.Count, Records(host).Length);

            var answer = await host.PostAsync($"/{Bulk}", $$"""{"action":"{{action}}","vms":["*"]{{(action == "actions" ? ""","actions":{"panic":"pause"}""" : "")}}}""");

            var item = Assert.Single(answer.Ok().GetProperty("items").EnumerateArray());
            Assert.Equal(("refused", "urn:qmp-gateway:command-forbidden"), (item.Text("outcome"), item.GetProperty("problem").Text("type")));
            Assert.Equal(asked, host.Fake("web1").Received.Count);
            ExpectForbidden(Assert.Single(Records(host)[recorded..]), "POST", $"/{Bulk}", OperationNames.CommandOf(action)!);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Native_QMP_refuses_each_command(bool overSocket)
    {
        await using var host = await StartedAsync();
        await using var client = overSocket ? await NativeClient.OverSocketAsync(Socket) : await NativeClient.OverWebSocketAsync(host);
        await client.NegotiateAsync();
        foreach (var (key, command) in new[] { ("execute", "stop"), ("exec-oob", "query-status"), ("execute", "query-qmp-schema") })
        {
            var (asked, recorded) = (host.Fake("web1").Received.Count, Records(host).Length);

            var answer = JsonElement.Parse(await client.AskAsync($$"""{"{{key}}":"{{command}}"}""")).GetProperty("error");

            Assert.Equal("GenericError", answer.Text("class"));
            Assert.StartsWith($"The command '{command}' is not allowed (nothing)", answer.Text("desc"));
            Assert.Equal(asked, host.Fake("web1").Received.Count);
            var record = Assert.Single(Records(host)[recorded..]);
            ExpectForbidden(record, "QMP", "/vms/web1/qmp", command);
            Assert.Equal(overSocket ? "monitor" : "anonymous", record.Text("who"));
        }
    }

    [Fact]
    public async Task A_definition_with_actions_is_refused()
    {
        await using var host = await StartedAsync();
        (await host.PutAsync("/vms/x", $$"""{"endpoint":"{{GatewayHost.EndpointOf("x")}}","actions":{"panic":"pause"} }"""))
            .Problem("command-forbidden", "/vms/x", ("vm", "x"), ("command", "set-action"), ("rule", "nothing"), ("outcome", "not-sent"));
        Assert.Equal(0, host.Fake("x").Dials);
        Assert.Equal(("forbidden", "command-forbidden"), (Records(host)[^1].Text("outcome"), Records(host)[^1].Text("problem")));
    }

    public void Dispose() => directory.Dispose();

    // A new route that takes a body is added here: without a good one it is refused for its body.
    private static string? Body(string path) => path.Split('/')[^1] switch
    {
        "actions" => """{"panic":"pause"}""",
        "watchdog" => """{"action":"reset"}""",
        "qmp" => """{"execute":"stop"}""",
        _ => path.Contains("/commands/") ? "{}" : null,
    };

    private static void ExpectForbidden(JsonElement record, string method, string path, string command) => Assert.Equal(
        (method, path, "web1", command, "forbidden", "command-forbidden"),
        (record.Text("method"), record.Text("path"), record.Text("vm"), record.Text("command"), record.Text("outcome"), record.Text("problem")));

    private static JsonElement[] Records(GatewayHost host) =>
        Path.Combine(host.DataDirectory, "audit.jsonl") is var log && File.Exists(log) ? [.. File.ReadAllLines(log).Select(static line => JsonElement.Parse(line))] : [];

    // The clock stands: nothing is asked of QEMU by the gateway itself meanwhile.
    private async Task<GatewayHost> StartedAsync()
    {
        var host = new GatewayHost("web1") { Time = new FakeTimeProvider(DateTimeOffset.UtcNow) }
            .Set("Gateway:Vms:web1:Monitor", $"unix:{Socket}")
            .Set("Gateway:CommandPolicy:Rules:nothing:Command", "*")
            .Set("Gateway:CommandPolicy:Rules:nothing:Effect", "deny");
        host.Fake("web1").DescribesItself();
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        return host;
    }
}
