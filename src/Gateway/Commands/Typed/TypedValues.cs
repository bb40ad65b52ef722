using Gateway.Json;
using Gateway.Vms;
using QmpGateway.Qmp;

namespace Gateway.Commands.Typed;

/// <summary>
/// Which values the typed routes take. Those that all QEMUs of the last years have are known; for others the VM's own QEMU is asked, which
/// may be newer than this gateway, or older than the value.
/// </summary>
public sealed class TypedValues(VmSchemas schemas, TimeProvider time)
{
    // A QEMU that hangs keeps nobody waiting who only misspelled a value.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // QAPI's "since" of what set-action (6.0) did not have from the beginning.
    private static readonly Dictionary<string, Version> Since = new() { [PanicAction.ExitFailure.Value] = new Version(7, 1) };

    /// <summary>Checks the arguments of <c>set-action</c>.</summary>
    /// <exception cref="InvalidRequestException">The VM's QEMU does not take a value; says all of them.</exception>
    public Task CheckAsync(IVm vm, SetActionArguments actions, CancellationToken cancellationToken) => CheckAsync(
        vm,
        [Given("reboot", actions.Reboot), Given("shutdown", actions.Shutdown), Given("panic", actions.Panic), Given("watchdog", actions.Watchdog)],
        static (build, field) => build.ValuesOf(RunStateCommands.SetAction, field),
        cancellationToken);

    /// <summary>Checks the argument of <c>watchdog-set-action</c>.</summary>
    /// <exception cref="InvalidRequestException">The VM's QEMU does not take it.</exception>
    public Task CheckAsync(IVm vm, WatchdogSetActionArguments arguments, CancellationToken cancellationToken) => CheckAsync(
        vm, [Given<WatchdogAction>("action", arguments.Action)], static (build, field) => build.ValuesOf(RunStateCommands.WatchdogSetAction, field), cancellationToken);

    /// <summary>Checks run states.</summary>
    /// <exception cref="InvalidRequestException">The VM's QEMU is never in one of them.</exception>
    public Task CheckAsync(IVm vm, string field, IEnumerable<RunState> states, CancellationToken cancellationToken) => CheckAsync(
        vm,
        [.. states.Select(state => Given<RunState>(field, state))],
        static (build, _) => build.ValuesReturnedBy(RunStateCommands.QueryStatus, "status"),
        cancellationToken);

    private async Task CheckAsync(
        IVm vm, GivenValue?[] given, Func<QemuBuild, string, IReadOnlyList<string>?> valuesOf, CancellationToken cancellationToken)
    {
        var inDoubt = given.OfType<GivenValue>().Where(value => !value.IsKnown || IsNewFor(vm, value.Value)).ToArray();
        if (inDoubt.Length == 0)
        {
            return;
        }

        var build = await BuildAsync(vm, cancellationToken);
        var faults = new SortedDictionary<string, List<string>>();
        foreach (var value in inDoubt)
        {
            var told = build is null ? null : valuesOf(build, value.Field);
            if (!(told?.Contains(value.Value) ?? value.IsKnown))
            {
                faults.TryAdd(value.Field, []);
                faults[value.Field].Add($"must be one of {string.Join(", ", told ?? value.Known)}, not '{Echo.Of(value.Value)}'");
            }
        }

        if (faults.Count > 0)
        {
            throw new InvalidRequestException(faults);
        }
    }

    // A QEMU that does not tell may still take what is known, and says so itself if it does not.
    private async Task<QemuBuild?> BuildAsync(IVm vm, CancellationToken cancellationToken)
    {
        try
        {
            return await schemas.OfAsync(vm, cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception untold) when (untold is QmpException or VmUnreachableException or TimeoutException)
        {
            return null;
        }
    }

    private static bool IsNewFor(IVm vm, string value) =>
        Since.TryGetValue(value, out var since) && Version.TryParse(vm.Snapshot.Qemu?.Version, out var version) && version < since;

    private static GivenValue? Given<T>(string field, T? value)
        where T : struct, IQapiEnum<T> =>
        value is { } given ? new GivenValue(field, given.Value, T.Known.Contains(given), T.Known.Select(static known => known.Value)) : null;

    private sealed record GivenValue(string Field, string Value, bool IsKnown, IEnumerable<string> Known);
}
