using System.Text;
using System.Text.Json.Nodes;
using QmpGateway.Qmp.Schema;
using Xunit;

namespace QmpGateway.Qmp.Tests.Schema;

public sealed class CommandSchemasTests
{
    [Fact]
    public void A_union_has_its_tag_and_a_whole_object_for_each_value()
    {
        var document = new CommandSchemas(Sample.Schema).Document(Sample.Schema.Commands["paint"]);

        Same("""
            {"type":"object","properties":{"kind":{"$ref":"#/$defs/paint.kind"}},"required":["kind"],"allOf":[
              {"if":{"type":"object","properties":{"kind":{"const":"red"}},"required":["kind"]},"then":{"$ref":"#/$defs/paint.kind.red"}},
              {"if":{"type":"object","properties":{"kind":{"const":"old"}},"required":["kind"]},"then":{"$ref":"#/$defs/paint.kind.old"}}]}
            """, document["$defs"]!["paint"]);
        Same("""
            {"type":"object","properties":{"kind":{"const":"red"},"next":{"$ref":"#/$defs/paint.next"},
              "depth":{"type":"integer","minimum":-9223372036854775808,"maximum":18446744073709551615},
              "side":{"$ref":"#/$defs/paint.kind.red.side","x-qemu-unstable":true}},
             "required":["kind","depth"],"additionalProperties":false}
            """, document["$defs"]!["paint.kind.red"]);
        Same("""{"type":"object","properties":{"kind":{"const":"old"},"next":{"$ref":"#/$defs/paint.next"}},"required":["kind"],"additionalProperties":false}""",
            document["$defs"]!["paint.kind.old"]);
    }

    [Fact]
    public void Enums_and_alternates_are_named_after_the_shortest_path_to_them()
    {
        var definitions = new CommandSchemas(Sample.Schema).Definitions();

        Assert.Equal(["paint", "paint.kind", "paint.kind.old", "paint.kind.red", "paint.kind.red.side", "paint.next"], definitions.Select(static d => d.Key));
        Same("""{"type":"string","enum":["red","old"],"x-qemu-deprecated-values":["old"]}""", definitions["paint.kind"]);
        Same("""{"type":["object","null"],"allOf":[{"if":{"type":"object"},"then":{"$ref":"#/$defs/paint"}}]}""", definitions["paint.next"]);
    }

    [Fact]
    public void What_refers_to_the_definitions_says_where_they_are()
    {
        var schemas = new CommandSchemas(Sample.Schema, "#/components/schemas/");

        Same("""{"type":"array","items":{"$ref":"#/components/schemas/paint"}}""", schemas.Returns(Sample.Schema.Commands["paint"]));
        Assert.Contains("paint.kind.red", schemas.Definitions().Select(static d => d.Key));
    }

    [Fact]
    public void A_device_takes_its_properties_beside_what_is_listed()
    {
        Same("""{"type":"object","properties":{"driver":{"type":"string"},"value":{}},"required":["driver"]}""",
            new CommandSchemas(Sample.Schema).Arguments(Sample.Schema.Commands["device_add"]));
    }

    [Fact]
    public void What_is_not_known_is_left_open()
    {
        Same("{}", new CommandSchemas(Sample.Schema).Returns(Sample.Schema.Commands["later"]));
    }

    [Fact]
    public void A_name_that_QAPI_would_not_have_makes_no_other_reference()
    {
        var schema = QapiSchema.Parse(new JsonText(Encoding.UTF8.GetBytes("""
            [{"name":"a/../b#%","meta-type":"command","arg-type":"1","ret-type":"1"},
             {"name":"1","meta-type":"enum","values":["x"]}]
            """)));

        Same("""{"$ref":"#/$defs/a_.._b__"}""", new CommandSchemas(schema).Returns(schema.Commands["a/../b#%"]));
    }

    [Theory]
    [InlineData("""{"name":"1","meta-type":"array","element-type":"1"}""")]
    [InlineData("""{"name":"1","meta-type":"alternate","members":[{"type":"1"}]}""")]
    [InlineData("""{"name":"1","meta-type":"object","tag":"t","members":[],"variants":[{"case":"x","type":"1"}]}""")]
    [InlineData("""{"name":"1","meta-type":"object","members":[{"name":"a","type":"1"},{"name":"a","type":"none"}]}""")]
    [InlineData("""{"name":"1","meta-type":"object","tag":"t","members":[{"name":"t","type":"2"}],"variants":[{"case":"x","type":"1"}]},{"name":"2","meta-type":"enum","values":["x"]}""")]
    public void A_schema_that_leads_round_in_circles_ends(string types)
    {
        var schema = QapiSchema.Parse(new JsonText(Encoding.UTF8.GetBytes(
            $$"""[{"name":"c","meta-type":"command","arg-type":"1","ret-type":"1"},{{types}}]""")));

        Assert.NotNull(new CommandSchemas(schema).Document(schema.Commands["c"]).ToJsonString());
    }

    private static void Same(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString());
}
