using System.Text.Json;
using Gateway.Commands.Typed;
using Gateway.EndToEnd.Support;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>A real QEMU's commands through the gateway: listed, described as the world's tools take it, and called.</summary>
public sealed class CommandsDescriptionTests(SharedGateway shared)
{
    [Fact]
    public async Task A_public_validator_finds_nothing_and_every_example_is_valid()
    {
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, new() { Machine = "none" });
        var description = (await vm.GetAsync("/openapi.json")).Json();
        var schema = QapiSchema.Parse(JsonText.From((await vm.PostAsync("/commands/query-qmp-schema")).Json()));

        var file = vm.Qemu.PathOf("openapi.json");
        await File.WriteAllTextAsync(file, description.GetRawText());
        await using var script = await NodeScript.StartAsync("openapi.mjs", new { file });
        var checkedBy = await script.LineAsync("checked");
        Assert.True(checkedBy.GetProperty("valid").GetBoolean(), checkedBy.GetRawText());
        Assert.Equal("3.1", checkedBy.GetProperty("version").GetString());
        Assert.Equal(schema.Commands.Count, checkedBy.GetProperty("operations").GetInt32());
        var check = new ArgumentCheck(schema);
        Assert.All(schema.Commands.Values, command => Assert.Empty(check.Check(command, Example(description, vm.Id, command.Name))));
    }

    [Fact]
    public async Task The_list_is_what_QEMU_lists_itself_and_each_can_be_called_as_it_says()
    {
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, new() { Machine = "none" });
        var listed = (await vm.GetAsync("/commands")).Json().GetProperty("items").EnumerateArray().ToArray();
        var told = (await vm.PostAsync("/commands/query-commands", "{}")).Json().EnumerateArray();
        Assert.Equal(told.Select(static command => command.GetProperty("name").GetString()).Order(StringComparer.Ordinal), listed.Select(Name));
        foreach (var query in listed.Where(static command => Name(command).StartsWith("query-", StringComparison.Ordinal) && !command.GetProperty("arguments").TryGetProperty("required", out _)))
        {
            var answer = await vm.PostAsync($"/commands/{Name(query)}");
            Assert.True((int)answer.Status is 200 or 409, $"{Name(query)}: {answer.Text}");
        }

        static string Name(JsonElement command) => command.GetProperty("name").GetString()!;
    }

    private static JsonElement Example(JsonElement description, string vm, string command) => description.GetProperty("paths").GetProperty($"/vms/{vm}/commands/{command}")
        .GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example");
}
