using System.Text;
using System.Text.Json;
using QmpGateway.Qmp.Schema;
using Xunit;

namespace QmpGateway.Qmp.Tests.Schema;

public sealed class QapiSchemaTests
{
    [Fact]
    public void Commands_and_events_are_found_by_name()
    {
        var schema = Sample.Schema;

        Assert.Equal(["device_add", "later", "paint"], schema.Commands.Keys);
        Assert.Equal(["PAINTED"], schema.Events.Keys);
        var paint = schema.Commands["paint"];
        Assert.True(paint is { ArgumentType: "3", ReturnType: "[3]", AllowOutOfBand: true, Deprecated: true, Unstable: false });
        Assert.Equal(["deprecated", "x"], paint.Features);
        Assert.False(schema.Commands["later"].AllowOutOfBand);
    }

    [Fact]
    public void A_member_with_a_default_of_null_may_be_left_out()
    {
        var type = Assert.IsType<SchemaInfoObject>(Sample.Schema.Type("5"));

        Assert.Equal([("depth", false, false), ("side", true, true)], type.Members.Select(static m => (m.Name, m.Optional, m.Unstable)));
        Assert.Null(type.Tag);
        Assert.Empty(type.Variants);
    }

    [Fact]
    public void An_enum_of_an_old_QEMU_has_its_values_too()
    {
        var old = Assert.IsType<SchemaInfoEnum>(Sample.Schema.Type("2"));
        var current = Assert.IsType<SchemaInfoEnum>(Sample.Schema.Type("1"));

        Assert.Equal(["left", "right"], old.Members.Select(static value => value.Name));
        Assert.Equal([("red", false), ("old", true)], current.Members.Select(static value => (value.Name, value.Deprecated)));
    }

    [Fact]
    public void What_a_later_QEMU_adds_is_passed_over()
    {
        Assert.Equal("7", Sample.Schema.Type("7")!.Name);
        Assert.Null(Sample.Schema.Type("none"));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""[{"meta-type":"command"}]""")]
    [InlineData("""[{"meta-type":"array","name":null,"element-type":"int"}]""")]
    public void What_is_no_schema_is_refused(string json) =>
        Assert.Throws<JsonException>(() => QapiSchema.Parse(new JsonText(Encoding.UTF8.GetBytes(json))));
}
