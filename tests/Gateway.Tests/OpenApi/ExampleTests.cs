using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Requests.Problems;
using QmpGateway.Contracts;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.OpenApi;

public sealed class ExampleTests
{
    private static readonly JsonSerializerOptions Json = Options();

    public static TheoryData<string> Slugs => [.. ProblemKind.All.Select(static kind => kind.Slug)];

    public static TheoryData<string> Events => [.. Names(typeof(RunStateEvents)).Concat(Names(typeof(GatewayEvents)))];

    /// <summary>With UPDATE_EXAMPLES set the file is written instead: for a new kind of problem, or other words.</summary>
    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task Every_problem_has_its_example(string slug)
    {
        var file = Repository.PathOf("openapi", "examples", "problems", $"{slug}.json");
        var problem = JsonSerializer.SerializeToNode(ProblemExamples.Of(ProblemKind.All.Single(kind => kind.Slug == slug)), Json)!;
        if (Environment.GetEnvironmentVariable("UPDATE_EXAMPLES") is not null)
        {
            await File.WriteAllTextAsync(file, problem.ToJsonString(new JsonSerializerOptions(Json) { WriteIndented = true }) + "\n", TestContext.Current.CancellationToken);
        }

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)), problem));
    }

    [Theory]
    [MemberData(nameof(Events))]
    public async Task Every_event_has_its_example(string name)
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("openapi", "examples", "events", $"{name}.json"), TestContext.Current.CancellationToken);
        var example = JsonSerializer.Deserialize<GatewayEvent>(text, Json)!;
        Assert.Equal(name, example.Event);
        Assert.Equal(Names(typeof(RunStateEvents)).Contains(name) ? "qemu" : "gateway", example.Origin);
        var payload = JsonText.From(example.Data);
        Assert.NotNull(name switch
        {
            RunStateEvents.Shutdown => payload.Deserialize(RunStateJson.Default.ShutdownEvent),
            RunStateEvents.Reset => payload.Deserialize(RunStateJson.Default.ResetEvent),
            RunStateEvents.Watchdog => payload.Deserialize(RunStateJson.Default.WatchdogEvent),
            RunStateEvents.GuestPanicked => payload.Deserialize(RunStateJson.Default.GuestPanickedEvent),
            RunStateEvents.GuestCrashLoaded => payload.Deserialize(RunStateJson.Default.GuestCrashLoadedEvent),
            RunStateEvents.MemoryFailure => payload.Deserialize(RunStateJson.Default.MemoryFailureEvent),
            _ => example,
        });
    }

    [Fact]
    public void There_is_no_example_of_anything_else()
    {
        var files = Directory.GetFiles(Repository.PathOf("openapi", "examples"), "*.json", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(Slugs.Select(static slug => slug.Data).Concat(Events.Select(static name => name.Data)).Order(), files.Order());
    }

    private static IEnumerable<string> Names(Type names) => names.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(static field => field.IsLiteral).Select(static field => (string)field.GetRawConstantValue()!);

    private static JsonSerializerOptions Options()
    {
        var options = new JsonSerializerOptions();
        JsonReading.Configure(options);
        return options;
    }
}
