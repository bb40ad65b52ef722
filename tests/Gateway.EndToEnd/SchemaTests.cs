using System.Reflection;
using Gateway.EndToEnd.Support;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The run-state types are those that the QEMU of this machine says it has.</summary>
public sealed class SchemaTests(SharedGateway shared)
{
    /// <summary>What QEMU 7.2 differs in, and since when.</summary>
    private static readonly Dictionary<string, string> OtherVersions = new()
    {
        ["GuestPanicInformationType has tdx"] = "10.1",
        ["GuestPanicInformationType has sev"] = "11.0",
        ["StatusInfo.singlestep is required"] = "gone since 9.0",
    };

    private static readonly string[] LaterEvents = [RunStateEvents.GuestPvShutdown]; // 9.1

    [Fact]
    public async Task The_run_state_types_are_those_of_the_schema()
    {
        var schema = await SchemaAsync();
        var comparison = new SchemaComparison(schema);

        comparison.Compare(schema.Commands[RunStateCommands.QueryStatus].ReturnType, typeof(StatusInfo));
        foreach (var (name, type) in new Dictionary<string, Type>
        {
            [RunStateCommands.WatchdogSetAction] = typeof(WatchdogSetActionArguments),
            [RunStateCommands.SetAction] = typeof(SetActionArguments),
        })
        {
            comparison.Compare(schema.Commands[name].ArgumentType, type);
        }

        foreach (var (name, type) in new Dictionary<string, Type>
        {
            [RunStateEvents.Shutdown] = typeof(ShutdownEvent),
            [RunStateEvents.Reset] = typeof(ResetEvent),
            [RunStateEvents.Watchdog] = typeof(WatchdogEvent),
            [RunStateEvents.GuestPanicked] = typeof(GuestPanickedEvent),
            [RunStateEvents.GuestCrashLoaded] = typeof(GuestCrashLoadedEvent),
            [RunStateEvents.MemoryFailure] = typeof(MemoryFailureEvent),
        })
        {
            comparison.Compare(schema.Events[name].DataType, type);
        }

        Assert.Equal(OtherVersions.Keys.Order(), comparison.Differences.Distinct().Order());
    }

    [Fact]
    public async Task The_events_without_data_have_none_in_the_schema()
    {
        var schema = await SchemaAsync();

        foreach (var name in new[]
        {
            RunStateEvents.Powerdown, RunStateEvents.Stop, RunStateEvents.Resume, RunStateEvents.Suspend, RunStateEvents.SuspendDisk,
            RunStateEvents.Wakeup,
        })
        {
            Assert.Empty(Assert.IsType<SchemaInfoObject>(schema.Type(schema.Events[name].DataType)).Members);
        }
    }

    [Fact]
    public async Task Every_event_and_command_is_known_to_the_schema()
    {
        var schema = await SchemaAsync();

        Assert.Equal(LaterEvents, Constants(typeof(RunStateEvents)).Except(schema.Events.Keys));
        Assert.Empty(Constants(typeof(RunStateCommands)).Except(schema.Commands.Keys));
    }

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(static field => field.IsLiteral)
            .Select(static field => (string)field.GetRawConstantValue()!);

    private async Task<QapiSchema> SchemaAsync()
    {
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, new() { Paused = true });
        var answer = await vm.PostAsync("/qmp", """{"execute":"query-qmp-schema"}""");
        return QapiSchema.Parse(JsonText.From(answer.Json().GetProperty("return")));
    }
}
