using System.Text.Json;
using Gateway.Vms.Runs;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>All that is known of a VM at one moment. What concerns QEMU is the last known, and stays when the connection goes.</summary>
public sealed record VmSnapshot
{
    /// <summary>The state of the connection.</summary>
    public required ConnectionSnapshot Connection { get; init; }

    /// <summary>The last status that QEMU told; null when there is none yet, and once the run has ended.</summary>
    public VmStatus? Status { get; init; }

    /// <summary>What led to the status; null where that is not known.</summary>
    public StatusCause? StatusCause { get; init; }

    /// <summary>The end of the run; null until it is known.</summary>
    public VmEnded? Ended { get; init; }

    /// <summary>The end of the run before this one; null where it is not known.</summary>
    public (string Run, VmEnded End)? EndedBefore { get; init; }

    /// <summary>Names the run of the QEMU process; null before the first connection.</summary>
    public string? Run { get; init; }

    /// <summary>QEMU's greeting; null before the first connection.</summary>
    public QmpGreeting? Qemu { get; init; }
}

/// <summary>The connection at one moment.</summary>
/// <param name="State">The state.</param>
/// <param name="Since">When it began.</param>
/// <param name="Reason">Why it is so, in words; null where there is nothing to say.</param>
/// <param name="Attempts">How often connecting was tried since the connection was lost; 0 while connected.</param>
public sealed record ConnectionSnapshot(ConnectionState State, DateTimeOffset Since, string? Reason, int Attempts)
{
    /// <summary>Whether commands are sent: it is connected, or stuck since.</summary>
    public bool IsInUse { get; init; }
}

/// <summary>One answer to <c>query-status</c>.</summary>
/// <param name="Text">As QEMU wrote it.</param>
/// <param name="State">Its <c>status</c> member.</param>
/// <param name="Running">Its <c>running</c> member.</param>
/// <param name="ObservedAt">When it came.</param>
public sealed record VmStatus(JsonText Text, RunState State, bool Running, DateTimeOffset ObservedAt)
{
    /// <summary>Reads QEMU's answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="observedAt">When it came.</param>
    /// <param name="last">The one before: most answers are the same again, and need not be read.</param>
    /// <exception cref="QmpProtocolException">It is no <c>StatusInfo</c>.</exception>
    public static VmStatus From(JsonText answer, DateTimeOffset observedAt, VmStatus? last = null)
    {
        if (last is not null && last.Text == answer)
        {
            return last with { ObservedAt = observedAt };
        }

        try
        {
            var status = answer.Deserialize(RunStateJson.Default.StatusInfo) ?? throw new JsonException("it is null");
            return new VmStatus(answer, status.Status, status.Running, observedAt);
        }
        catch (JsonException strange)
        {
            // The parser's own words speak of this program's types.
            throw new QmpProtocolException(
                $"what QEMU answered to {RunStateCommands.QueryStatus} is no status, which has at least a text \"status\" and a flag \"running\"", strange, RunStateCommands.QueryStatus);
        }
    }
}
