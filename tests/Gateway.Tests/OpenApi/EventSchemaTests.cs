using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.OpenApi;
using Gateway.Journal;
using Json.Schema;
using Microsoft.Extensions.DependencyInjection;
using QmpGateway.Qmp;
using Swashbuckle.AspNetCore.Swagger;
using Xunit;

namespace Gateway.Tests.OpenApi;

/// <summary>The data of each event has its type, in both documents; what a newer QEMU sends is valid, too.</summary>
public sealed class EventSchemaTests
{
    private static readonly JsonSchema Entry = Schema();

    public static TheoryData<string> Events =>
        [.. Directory.GetFiles(Repository.PathOf("openapi", "examples", "events")).Select(static file => Path.GetFileNameWithoutExtension(file))];

    [Theory]
    [MemberData(nameof(Events))]
    public void The_example_of_an_event_is_valid_and_no_text_could_be_its_data(string name)
    {
        var example = JsonNode.Parse(File.ReadAllText(Repository.PathOf("openapi", "examples", "events", $"{name}.json")))!;
        Assert.True(IsValid(example));
        example["data"] = "nothing";
        Assert.False(IsValid(example));
    }

    [Fact]
    public void Every_event_has_a_branch() => Assert.Equal(
        Names(typeof(RunStateEvents)).Concat(Names(typeof(GatewayEvents))).Order(),
        EventPayloads.Qemu.Concat(EventPayloads.Gateway).Select(static known => known.Name).Order());

    [Theory]
    [InlineData("SHUTDOWN", """{"guest":true,"reason":"guest-shutdown"}""", true)]
    [InlineData("SHUTDOWN", """{"guest":true,"reason":"of a newer QEMU","more":1}""", true)]
    [InlineData("SHUTDOWN", """{"guest":"yes","reason":"guest-shutdown"}""", false)]
    [InlineData("SHUTDOWN", """{"guest":true}""", false)]
    [InlineData("WATCHDOG", """{"action":7}""", false)]
    [InlineData("GUEST_PANICKED", """{"action":"pause","info":{"type":"hyper-v","arg1":18446744073709551615,"arg2":0,"arg3":0,"arg4":0,"arg5":0}}""", true)]
    [InlineData("GUEST_PANICKED", """{"action":"pause","info":{"type":"hyper-v","arg1":1}}""", false)]
    [InlineData("GUEST_PANICKED", """{"action":"pause","info":{"type":"s390","core":0,"psw-mask":1,"psw-addr":2,"reason":"disabled-wait"}}""", true)]
    [InlineData("GUEST_PANICKED", """{"action":"pause","info":{"type":"s390","core":0,"psw-mask":1,"psw-addr":2,"reason":3}}""", false)]
    [InlineData("GUEST_PANICKED", """{"action":"pause","info":{"type":"tdx","error-code":4294967295,"message":"no"}}""", true)]
    [InlineData("GUEST_PANICKED", """{"action":"pause","info":{"type":"of a newer QEMU","any":[]}}""", true)]
    [InlineData("MEMORY_FAILURE", """{"recipient":"guest","action":"inject","flags":{"action-required":true,"recursive":false}}""", true)]
    [InlineData("MEMORY_FAILURE", """{"recipient":"guest","action":"inject","flags":{"action-required":true}}""", false)]
    [InlineData("OF_A_NEWER_QEMU", """{"any":[null]}""", true)]
    // A VM may call its events what it likes; the gateway's own have its origin.
    [InlineData("VM_ENDED", """{"mine":true}""", true)]
    public void Data_is_what_QEMU_says_it_is_and_what_is_unknown_passes(string name, string data, bool valid) => Assert.Equal(valid, IsValid(new JsonObject
    {
        ["id"] = "1",
        ["vm"] = "web1",
        ["event"] = name,
        ["origin"] = "qemu",
        ["timestamp"] = null,
        ["receivedAt"] = "2026-11-24T03:53:00.123999Z",
        ["data"] = JsonNode.Parse(data),
    }));

    [Theory]
    [InlineData("RunState", "colo")]
    [InlineData("ShutdownCause", "snapshot-load")]
    [InlineData("S390CrashReason", "opint-loop")]
    [InlineData("MemoryFailureRecipient", "hypervisor")]
    [InlineData("MemoryFailureAction", "fatal")]
    [InlineData("GuestPanicInformationType", "sev")]
    [InlineData("GuestPanicAction", "run")]
    [InlineData("WatchdogAction", "inject-nmi")]
    [InlineData("PanicAction", "exit-failure")]
    public void All_values_are_listed_and_others_stay_possible(string schema, string value)
    {
        var options = Kept("gateway.v1.json")["components"]!["schemas"]![schema]!["anyOf"]!.AsArray();
        Assert.Contains(value, options[0]!["enum"]!.AsArray().Select(static known => (string?)known));
        Assert.Equal("string", (string?)options[1]!["type"]);
    }

    /// <summary>With UPDATE_EXAMPLES set the file is written instead.</summary>
    [Fact]
    public async Task The_AsyncAPI_document_in_the_repository_is_the_one_that_is_served()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        if (Environment.GetEnvironmentVariable("UPDATE_EXAMPLES") is not null)
        {
            using var scope = host.Services.CreateScope();
            var document = await EventsDocument.OfAsync(scope.ServiceProvider.GetRequiredService<ISwaggerProvider>(), "127.0.0.1:8080", "http");
            await File.WriteAllTextAsync(
                Repository.PathOf("openapi", "events.v1.json"),
                document.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n",
                TestContext.Current.CancellationToken);
        }

        var served = JsonNode.Parse((await host.GetAsync("/openapi/events.v1.json")).Text)!;
        Assert.Equal("localhost", (string?)served["servers"]!["gateway"]!["host"]);
        served["servers"]!["gateway"]!["host"] = "127.0.0.1:8080";
        Assert.True(JsonNode.DeepEquals(Kept("events.v1.json"), served), "openapi/events.v1.json is out of date: run this test with UPDATE_EXAMPLES=1, and commit the file");
    }

    [Fact]
    public void The_AsyncAPI_document_has_every_event_on_the_hub_and_on_the_streams()
    {
        var document = Kept("events.v1.json");
        Assert.Equal("/hubs/events", (string?)document["channels"]!["hub"]!["address"]);
        foreach (var name in Events.Select(static row => row.Data))
        {
            Assert.All((string[])["hub", "events", "eventsOfVm"], channel => Assert.True(document["channels"]![channel]!["messages"]!.AsObject().ContainsKey(name)));
            Assert.Equal(name, (string?)document["components"]!["messages"]![name]!["payload"]!["allOf"]![1]!["properties"]!["event"]!["const"]);
        }
    }

    private static bool IsValid(JsonNode entry) => Entry.Evaluate(JsonElement.Parse(entry.ToJsonString())).IsValid;

    private static JsonNode Kept(string file) => JsonNode.Parse(File.ReadAllText(Repository.PathOf("openapi", file)))!;

    private static JsonSchema Schema()
    {
        var document = new JsonObject { ["$defs"] = Kept("gateway.v1.json")["components"]!["schemas"]!.DeepClone(), ["$ref"] = "#/components/schemas/GatewayEvent" };
        return JsonSchema.Build(
            JsonElement.Parse(document.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal)),
            new BuildOptions { Dialect = Dialect.Draft202012, SchemaRegistry = new SchemaRegistry() });
    }

    private static IEnumerable<string> Names(Type names) => names.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(static field => field.IsLiteral).Select(static field => (string)field.GetRawConstantValue()!);
}
