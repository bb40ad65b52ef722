using Gateway.Vms;
using Gateway.Vms.Runs;
using QmpGateway.Qmp;

namespace Gateway.Requests.Waits;

/// <summary>The condition of a wait.</summary>
/// <param name="States">The run states that end the wait.</param>
/// <param name="End">Whether the end of the run also ends the wait.</param>
/// <param name="Runs">The runs whose end counts; null for any run.</param>
public sealed record AwaitedStatus(IReadOnlyCollection<RunState> States, bool End, IReadOnlyCollection<string>? Runs)
{
    /// <summary>The value that clients send for the end of the run.</summary>
    public const string Ended = "ended";

    /// <inheritdoc/>
    public override string ToString() => $"status {string.Join(" or ", [.. States.Select(static state => state.Value), .. End ? (string[])[Ended] : []])}";

    /// <summary>Returns the awaited end of the run, if the run has ended.</summary>
    /// <exception cref="RunChangedException">The VM has been restarted, and it is unknown how the awaited run ended.</exception>
    public VmEnded? EndIn(IVm vm)
    {
        var now = vm.Snapshot;
        return !End ? null
            : Runs is null || (now.Run is { } run && Runs.Contains(run)) ? now.Ended
            : now.EndedBefore is { } before && Runs.Contains(before.Run) ? before.End
            : throw new RunChangedException(vm.Id, now.Run, command: null);
    }
}
