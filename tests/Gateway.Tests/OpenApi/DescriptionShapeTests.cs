using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Tests.OpenApi;

/// <summary>The description says what the API does, in shapes that validators and generators take.</summary>
public sealed class DescriptionShapeTests
{
    private static readonly JsonObject Description = JsonNode.Parse(File.ReadAllText(Repository.PathOf("openapi", "gateway.v1.json")))!.AsObject();

    private static JsonObject Schemas => Description["components"]!["schemas"]!.AsObject();

    public static TheoryData<string, string> NullableMembers => new()
    {
        { "Vm", "qemu" }, { "Vm", "status" }, { "Vm", "statusCause" }, { "Vm", "ended" }, { "VmEnded", "cause" }, { "Problem", "qmpError" }, { "PutVm", "actions" },
    };

    public static TheoryData<string> Bodies => ["/vms/{vm}", "/vms/{vm}/watchdog", "/vms/{vm}/actions"];

    [Theory]
    [MemberData(nameof(NullableMembers))]
    public void A_member_that_may_be_null_is_its_type_or_null(string schema, string member)
    {
        var options = Schemas[schema]!["properties"]![member]!["oneOf"]!.AsArray();
        Assert.NotNull(options[0]!["$ref"]);
        Assert.Equal("null", (string?)options[1]!["type"]);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_body_is_described_by_its_schema_alone(string path)
    {
        var schema = Description["paths"]![path]!["put"]!["requestBody"]!["content"]!["application/json"]!["schema"]!.AsObject();
        Assert.Equal("$ref", Assert.Single(schema).Key);
    }

    [Fact]
    public void No_schema_is_null_and_something_else_at_once() => Assert.DoesNotContain(
        All(Description).OfType<JsonObject>(), static node => node["type"] is JsonValue type && type.ToString() == "null" && node.Count > 1);

    [Fact]
    public void No_example_has_a_reference() => Assert.DoesNotContain(
        All(Description).OfType<JsonObject>().SelectMany(static node => All(node["examples"]).Concat(All(node["example"]))).OfType<JsonObject>(),
        static node => node.ContainsKey("$ref"));

    [Theory]
    [InlineData("VmList", "items", "cursor")]
    [InlineData("EventPage", "items", "next")]
    [InlineData("AuditPage", "items")]
    [InlineData("CommandList", "$defs", "items")]
    [InlineData("Vm", "ended", "qemu", "run", "status")]
    public void What_is_always_there_is_required(string schema, params string[] members) =>
        Assert.Subset(Schemas[schema]!["required"]!.AsArray().Select(static name => (string)name!).ToHashSet(), members.ToHashSet());

    [Fact]
    public void A_stream_is_text()
    {
        foreach (var path in (string[])["/events", "/vms/{vm}/events"])
        {
            Assert.Equal("string", (string?)Description["paths"]![path]!["get"]!["responses"]!["200"]!["content"]!["text/event-stream"]!["schema"]!["type"]);
        }
    }

    [Fact]
    public void The_credential_is_optional_and_health_needs_none()
    {
        Assert.Equal("""[{"credential":[]},{}]""", Description["security"]!.ToJsonString());
        Assert.Empty(Description["paths"]!["/health/live"]!["get"]!["security"]!.AsArray());
        Assert.Equal("http://127.0.0.1:8080", (string?)Description["servers"]![0]!["url"]);
    }

    [Theory]
    [InlineData("stop", "STOP")]
    [InlineData("cont", "RESUME")]
    [InlineData("reset", "RESET")]
    [InlineData("powerdown", "SHUTDOWN")]
    [InlineData("wakeup", "WAKEUP")]
    [InlineData("quit", "SHUTDOWN")]
    public void A_lifecycle_route_shows_the_event_that_completes_it_or_has_no_body(string route, string completion)
    {
        var answers = Description["paths"]![$"/vms/{{vm}}/{route}"]!["post"]!["responses"]!;
        var completed = answers["200"]!["content"]!["application/json"]!;
        Assert.Equal(completion, (string?)completed["example"]!["event"]);
        Assert.Equal("#/components/schemas/GatewayEvent", (string?)completed["schema"]!["$ref"]);
        Assert.Null(answers["204"]!["content"]);
    }

    [Fact]
    public void VMs_come_first_and_the_routes_of_the_default_VM_last()
    {
        var groups = Description["tags"]!.AsArray().Select(static tag => (string)tag!["name"]!).ToArray();
        Assert.Equal(("VMs", "Default VM"), (groups[0], groups[^1]));
        Assert.Equal("Default VM", (string?)Description["paths"]!["/stop"]!["post"]!["tags"]!.AsArray().Single());
    }

    [Theory]
    [InlineData("quit")]
    [InlineData("reset")]
    public void What_destroys_something_says_so(string route) =>
        Assert.Contains("Unsaved data of the guest is lost", (string?)Description["paths"]![$"/vms/{{vm}}/{route}"]!["post"]!["summary"]);

    private static IEnumerable<JsonNode> All(JsonNode? node) => node is null ? [] : node switch
    {
        JsonObject members => members.SelectMany(static member => All(member.Value)).Prepend(node),
        JsonArray items => items.SelectMany(All).Prepend(node),
        _ => [node],
    };
}
