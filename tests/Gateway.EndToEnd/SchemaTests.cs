using System.Reflection;
using Gateway.EndToEnd.Support;
using Qmp;
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

        comparison.Compare(schema.TypeOf(RunStateCommands.QueryStatus, "ret-type"), typeof(StatusInfo));
        foreach (var (name, type) in new Dictionary<string, Type>
        {
            [RunStateCommands.WatchdogSetAction] = typeof(WatchdogSetActionArguments),
            [RunStateCommands.SetAction] = typeof(SetActionArguments),
            [RunStateEvents.Shutdown] = typeof(ShutdownEvent),
            [RunStateEvents.Reset] = typeof(ResetEvent),
            [RunStateEvents.Watchdog] = typeof(WatchdogEvent),
            [RunStateEvents.GuestPanicked] = typeof(GuestPanickedEvent),
            [RunStateEvents.GuestCrashLoaded] = typeof(GuestCrashLoadedEvent),
            [RunStateEvents.MemoryFailure] = typeof(MemoryFailureEvent),
        })
        {
            comparison.Compare(schema.TypeOf(name, "arg-type"), type);
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
            Assert.Empty(schema.Members(schema.TypeOf(name, "arg-type")));
        }
    }

    [Fact]
    public async Task Every_event_and_command_is_known_to_the_schema()
    {
        var schema = await SchemaAsync();

        var names = Constants(typeof(RunStateEvents)).Concat(Constants(typeof(RunStateCommands)));
        Assert.Equal(LaterEvents, names.Where(name => !schema.Has(name)));
    }

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(static field => field.IsLiteral)
            .Select(static field => (string)field.GetRawConstantValue()!);

    private async Task<QapiSchema> SchemaAsync()
    {
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, new() { Paused = true });
        return new QapiSchema((await vm.PostAsync("/qmp", """{"execute":"query-qmp-schema"}""")).Json().GetProperty("return"));
    }
}
