using Gateway.Vms;
using Gateway.Vms.Runs;
using QmpGateway.Qmp;

namespace Gateway.Requests.Waits;

/// <summary>What is waited for.</summary>
/// <param name="States">Any of these run states.</param>
/// <param name="End">Or the end of the run.</param>
/// <param name="Runs">The runs whose end it is; null for the end of any.</param>
public sealed record AwaitedStatus(IReadOnlyCollection<RunState> States, bool End, IReadOnlyCollection<string>? Runs)
{
    /// <summary>How clients spell the end of the run.</summary>
    public const string Ended = "ended";

    /// <inheritdoc/>
    public override string ToString() => $"status {string.Join(" or ", [.. States.Select(static state => state.Value), .. End ? (string[])[Ended] : []])}";

    /// <summary>The end that is waited for, if it has come.</summary>
    /// <exception cref="RunChangedException">The VM is another run, and it is not known how the one that is waited for ended.</exception>
    public VmEnded? EndIn(IVm vm)
    {
        var now = vm.Snapshot;
        return !End ? null
            : Runs is null || (now.Run is { } run && Runs.Contains(run)) ? now.Ended
            : now.EndedBefore is { } before && Runs.Contains(before.Run) ? before.End
            : throw new RunChangedException(vm.Id, now.Run, command: null);
    }
}
