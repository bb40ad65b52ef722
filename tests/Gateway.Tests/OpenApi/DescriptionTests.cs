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

    [Theory]
    [InlineData("get", "/vms")]
    [InlineData("get", "/vms/{vm}")]
    [InlineData("put", "/vms/{vm}")]
    [InlineData("delete", "/vms/{vm}")]
    [InlineData("get", "/events")]
    [InlineData("get", "/health/live")]
    [InlineData("get", "/health/ready")]
    [InlineData("get", "/version")]
    public async Task A_route_of_the_contract_is_there(string verb, string path) => Assert.True((await PathsAsync()).GetProperty(path).TryGetProperty(verb, out _));

    [Theory]
    [InlineData("get", "status")]
    [InlineData("put", "actions")]
    [InlineData("get", "actions")]
    [InlineData("put", "watchdog")]
    [InlineData("post", "stop")]
    [InlineData("post", "cont")]
    [InlineData("post", "reset")]
    [InlineData("post", "powerdown")]
    [InlineData("post", "wakeup")]
    [InlineData("post", "quit")]
    [InlineData("post", "nmi")]
    [InlineData("post", "qmp")]
    [InlineData("get", "events")]
    public async Task A_route_of_a_VM_is_there_for_the_default_VM_too(string verb, string route)
    {
        var paths = await PathsAsync();
        Assert.True(paths.GetProperty($"/vms/{{vm}}/{route}").TryGetProperty(verb, out _));
        Assert.True(paths.GetProperty($"/{route}").TryGetProperty(verb, out _));
    }

    private static async Task<JsonElement> PathsAsync()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        return (await host.GetAsync("/openapi/gateway.v1.json")).Json.GetProperty("paths");
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
            .Select(static schema => schema.TryGetProperty("allOf", out var all) ? all[0] : schema);
    }
}
