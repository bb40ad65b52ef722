using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Tests.OpenApi;

public sealed class DescriptionTests
{
    [Fact]
    public async Task The_description_in_the_repository_is_the_one_that_is_served()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        var served = JsonNode.Parse((await host.GetAsync("/openapi/gateway.v1.json")).Text);
        var kept = JsonNode.Parse(await File.ReadAllTextAsync(Repository.PathOf("openapi", "gateway.v1.json"), TestContext.Current.CancellationToken));
        // Where it is, and whether it asks for a credential, is each gateway's own.
        Assert.Equal("http://localhost", (string?)served!["servers"]![0]!["url"]);
        foreach (var own in (string[])["servers", "security"])
        {
            served.AsObject().Remove(own);
            kept!.AsObject().Remove(own);
        }

        Assert.True(JsonNode.DeepEquals(kept, served), "openapi/gateway.v1.json is out of date: build src/Gateway, which writes it, and commit it");
    }

    [Fact]
    public async Task Every_route_is_described_with_its_answers_and_examples()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        var description = (await host.GetAsync("/openapi/gateway.v1.json")).Json;
        var schemas = description.GetProperty("components").GetProperty("schemas");
        foreach (var (where, operation) in Operations(description))
        {
            Assert.True(operation.TryGetProperty("summary", out var summary) && summary.GetString() is { Length: > 0 }, $"{where} has no summary");
            foreach (var schema in Schemas(operation))
            {
                var name = schema.GetProperty("$ref").GetString()!.Split('/')[^1];
                Assert.True(schemas.GetProperty(name).TryGetProperty("examples", out _) || name == "Problem", $"{where}: {name} has no example");
            }
        }
    }

    [Fact]
    public async Task Every_route_of_the_contract_is_there_and_those_of_a_VM_for_the_default_VM_too()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        var routes = Operations((await host.GetAsync("/openapi/gateway.v1.json")).Json).Select(static route => route.Where).ToArray();
        string[] own =
        [
            "get /vms", "get /vms/{vm}", "put /vms/{vm}", "delete /vms/{vm}", "get /events", "get /vms/{vm}/events",
            "post /bulk", "get /audit", "get /me", "get /health/live", "get /health/ready", "get /version",
        ];
        string[] both =
        [
            "get #status", "put #actions", "get #actions", "put #watchdog", "post #stop", "post #cont", "post #reset", "post #powerdown",
            "post #wakeup", "post #quit", "post #nmi", "post #qmp", "get #qmp", "get #commands", "post #commands/{command}", "get #openapi.json",
        ];
        Assert.Equal(
            own.Concat(both.Select(static route => route.Replace("#", "/vms/{vm}/", StringComparison.Ordinal)))
                .Concat(both.Select(static route => route.Replace('#', '/'))).Order(),
            routes.Order());
    }

    private static IEnumerable<(string Where, JsonElement Operation)> Operations(JsonElement description) =>
        description.GetProperty("paths").EnumerateObject().SelectMany(static path =>
            path.Value.EnumerateObject().Select(verb => ($"{verb.Name} {path.Name}", verb.Value)));

    /// <summary>Schemas of what goes in and out, by reference.</summary>
    private static IEnumerable<JsonElement> Schemas(JsonElement operation)
    {
        var answers = operation.GetProperty("responses").EnumerateObject().Select(static answer => answer.Value);
        var bodies = operation.TryGetProperty("requestBody", out var body) ? answers.Append(body) : answers;
        return bodies.Where(static b => b.TryGetProperty("content", out _))
            .SelectMany(static b => b.GetProperty("content").EnumerateObject())
            .Select(static content => content.Value.GetProperty("schema"))
            // What the VM's own schema describes, and this description cannot.
            .Where(static schema => schema.TryGetProperty("$ref", out _) || schema.TryGetProperty("properties", out _));
    }
}
