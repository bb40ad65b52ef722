using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Commands.Typed;
using Gateway.EndToEnd.Support;
using Qmp;
using Qmp.Schema;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The OpenAPI document of a real QEMU's commands is one that the world's tools take.</summary>
public sealed class CommandsDescriptionTests
{
    [Fact]
    public async Task A_public_validator_finds_nothing_and_every_example_is_valid()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Machine = "none" });
        await using var client = await QmpClient.ConnectAsync(QmpEndpoint.Parse(qemu.Endpoint));
        var schema = QapiSchema.Parse(await client.ExecuteAsync(new QmpCommand(QapiSchema.Query)));

        var description = CommandsDescription.Of(schema, "web1", "7.2.22", static command => new(command == "query-status", "built-in"));

        var file = qemu.PathOf("openapi.json");
        await File.WriteAllTextAsync(file, description.ToJsonString());
        await using var script = await NodeScript.StartAsync("openapi.mjs", new { file });
        var checkedBy = await script.LineAsync("checked");
        Assert.True(checkedBy.GetProperty("valid").GetBoolean(), checkedBy.GetRawText());
        Assert.Equal("3.1", checkedBy.GetProperty("version").GetString());
        Assert.Equal(schema.Commands.Count, checkedBy.GetProperty("operations").GetInt32());
        var check = new ArgumentCheck(schema);
        Assert.All(schema.Commands.Values, command => Assert.Empty(check.Check(command, Example(description, command.Name))));
    }

    private static JsonElement Example(JsonObject description, string command) => JsonElement.Parse(
        description["paths"]![$"/vms/web1/commands/{command}"]!["post"]!["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString());
}
