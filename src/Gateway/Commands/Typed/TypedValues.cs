using Gateway.Json;
using Gateway.Vms;
using QmpGateway.Qmp;

namespace Gateway.Commands.Typed;

/// <summary>
/// Validates the enum values of the typed routes. Values that all recent versions of QEMU have are accepted. Other values are checked by the schema of the VM's
/// QEMU, which may be newer than this gateway, or older than the value.
/// </summary>
public sealed class TypedValues(VmSchemas schemas)
{
    // A short timeout, so that a misspelled value is reported soon even if QEMU hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Values that were added to QAPI after set-action (6.0).
    private static readonly Dictionary<string, Version> Since = new() { [PanicAction.ExitFailure.Value] = new Version(7, 1) };

    /// <summary>Checks the arguments of <c>set-action</c>.</summary>
    /// <exception cref="InvalidRequestException">The VM's QEMU does not accept a value. The message lists the valid values.</exception>
    public Task CheckAsync(IVm vm, SetActionArguments actions, CancellationToken cancellationToken) => CheckAsync(
        vm,
        [Given("reboot", actions.Reboot), Given("shutdown", actions.Shutdown), Given("panic", actions.Panic), Given("watchdog", actions.Watchdog)],
        static (build, field) => build.ValuesOf(RunStateCommands.SetAction, field),
        cancellationToken);

    /// <summary>Checks the argument of <c>watchdog-set-action</c>.</summary>
    /// <exception cref="InvalidRequestException">The VM's QEMU does not accept the value.</exception>
    public Task CheckAsync(IVm vm, WatchdogSetActionArguments arguments, CancellationToken cancellationToken) => CheckAsync(
        vm, [Given<WatchdogAction>("action", arguments.Action)], static (build, field) => build.ValuesOf(RunStateCommands.WatchdogSetAction, field), cancellationToken);

    /// <summary>Checks run states.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="field">The field that has the states.</param>
    /// <param name="states">The states.</param>
    /// <param name="other">The value that the field accepts in addition to QEMU's run states. Only the message needs it.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="InvalidRequestException">The VM's QEMU does not have one of the states.</exception>
    public Task CheckAsync(IVm vm, string field, IEnumerable<RunState> states, string other, CancellationToken cancellationToken) => CheckAsync(
        vm,
        [.. states.Select(state => Given<RunState>(field, state) is { } given ? given with { Other = other } : null)],
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
                faults[value.Field].Add($"must be one of {string.Join(", ", [.. told ?? value.Known, .. value.Others])}, not '{Echo.Of(value.Value)}'");
            }
        }

        if (faults.Count > 0)
        {
            throw new InvalidRequestException(faults);
        }
    }

    // If QEMU does not return its schema, it may still accept the known values. If not, it refuses the command itself.
    private async Task<QemuBuild?> BuildAsync(IVm vm, CancellationToken cancellationToken)
    {
        try
        {
            return await schemas.OfAsync(vm, Patience, cancellationToken);
        }
        catch (Exception untold) when (untold is QmpException or VmUnreachableException)
        {
            return null;
        }
    }

    private static bool IsNewFor(IVm vm, string value) =>
        Since.TryGetValue(value, out var since) && Version.TryParse(vm.Snapshot.Qemu?.Version, out var version) && version < since;

    private static GivenValue? Given<T>(string field, T? value)
        where T : struct, IQapiEnum<T> =>
        value is { } given ? new GivenValue(field, given.Value, T.Known.Contains(given), T.Known.Select(static known => known.Value)) : null;

    private sealed record GivenValue(string Field, string Value, bool IsKnown, IEnumerable<string> Known)
    {
        public string? Other { get; init; }

        public IEnumerable<string> Others => Other is { } other ? [other] : [];
    }
}
