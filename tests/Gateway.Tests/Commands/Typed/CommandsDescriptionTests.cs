using System.Text;
using System.Text.Json.Nodes;
using Gateway.Commands.Typed;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;
using Xunit;

namespace Gateway.Tests.Commands.Typed;

public sealed class CommandsDescriptionTests
{
    private static readonly QapiSchema Schema = QapiSchema.Parse(new JsonText(Encoding.UTF8.GetBytes("""
        [
          {"name": "str", "meta-type": "builtin", "json-type": "string"},
          {"name": "0", "meta-type": "object", "members": []},
          {"name": "1", "meta-type": "object", "members": [{"name": "id", "type": "str"}, {"name": "more", "type": "1", "default": null}]},
          {"name": "x-query-blockstats", "meta-type": "command", "arg-type": "0", "ret-type": "1", "features": ["unstable"]},
          {"name": "block-job-cancel", "meta-type": "command", "arg-type": "1", "ret-type": "0", "features": ["deprecated"]},
          {"name": "rub", "meta-type": "command", "arg-type": "0", "ret-type": "0"}
        ]
        """)));

    private readonly JsonObject description = CommandsDescription.Of(Schema, "web1", "7.2.22", static command =>
        command == "rub" ? new(false, "no-rub") : new(true, "built-in"));

    [Fact]
    public void Each_command_is_an_operation_with_a_group_and_a_line_about_it()
    {
        Assert.Equal(["/vms/web1/commands/block-job-cancel", "/vms/web1/commands/rub", "/vms/web1/commands/x-query-blockstats"],
            description["paths"]!.AsObject().Select(static path => path.Key));
        Assert.Equal(("Jobs", "Block job cancel"), About("block-job-cancel"));
        Assert.Equal(("Block devices", "Reads blockstats (experimental)"), About("x-query-blockstats"));
        Assert.Equal(("Machine", "Rub (denied by the command policy)"), About("rub"));
    }

    [Fact]
    public void An_operation_has_the_words_of_the_policy_and_the_marks_of_the_schema()
    {
        Assert.False((bool)Operation("rub")["x-qmp-gateway-allowed"]!);
        Assert.Equal("no-rub", (string?)Operation("rub")["x-qmp-gateway-rule"]);
        Assert.True((bool)Operation("block-job-cancel")["x-qmp-gateway-allowed"]!);
        Assert.Equal("built-in", (string?)Operation("block-job-cancel")["x-qmp-gateway-rule"]);
        Assert.True((bool)Operation("block-job-cancel")["deprecated"]!);
        Assert.True((bool)Operation("x-query-blockstats")["x-qemu-unstable"]!);
        Assert.False(Operation("rub").ContainsKey("deprecated"));
    }

    [Fact]
    public void Bodies_have_schemas_and_an_example()
    {
        var body = Operation("block-job-cancel")["requestBody"]!;

        Assert.True((bool)body["required"]!);
        Assert.Equal("""{"id":"string"}""", body["content"]!["application/json"]!["example"]!.ToJsonString());
        Assert.Equal("""{"$ref":"#/components/schemas/block-job-cancel"}""",
            Operation("x-query-blockstats")["responses"]!["200"]!["content"]!["application/json"]!["schema"]!.ToJsonString());
        Assert.Equal(["block-job-cancel", "Problem"], description["components"]!["schemas"]!.AsObject().Select(static schema => schema.Key));
    }

    private JsonObject Operation(string command) => description["paths"]![$"/vms/web1/commands/{command}"]!["post"]!.AsObject();

    private (string?, string?) About(string command) => ((string?)Operation(command)["tags"]![0], (string?)Operation(command)["summary"]);
}
