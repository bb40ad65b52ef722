using System.Text.Json;
using Gateway.Vms.Runs;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>The state of a VM at one moment. The members about QEMU keep their last known values after a disconnect.</summary>
public sealed record VmSnapshot
{
    /// <summary>The state of the connection.</summary>
    public required ConnectionSnapshot Connection { get; init; }

    /// <summary>The last status that QEMU reported; null before the first status, and after the run has ended.</summary>
    public VmStatus? Status { get; init; }

    /// <summary>The cause of the status; null if it is unknown.</summary>
    public StatusCause? StatusCause { get; init; }

    /// <summary>How the run ended; null if it is not known to have ended.</summary>
    public VmEnded? Ended { get; init; }

    /// <summary>How the previous run ended; null if that is unknown.</summary>
    public (string Run, VmEnded End)? EndedBefore { get; init; }

    /// <summary>The id of the run of the QEMU process; null before the first connection.</summary>
    public string? Run { get; init; }

    /// <summary>QEMU's greeting; null before the first connection.</summary>
    public QmpGreeting? Qemu { get; init; }
}

/// <summary>The state of the connection at one moment.</summary>
/// <param name="State">The state.</param>
/// <param name="Since">When the state began.</param>
/// <param name="Reason">The reason for the state, in words; null if there is none.</param>
/// <param name="Attempts">The number of attempts since the connection was lost; 0 while connected.</param>
public sealed record ConnectionSnapshot(ConnectionState State, DateTimeOffset Since, string? Reason, int Attempts)
{
    /// <summary>Whether commands are sent: the VM is connected, or has become stuck since it was connected.</summary>
    public bool IsInUse { get; init; }

    /// <summary>Whether the system denies the gateway access to the socket.</summary>
    public bool IsDenied { get; init; }
}

/// <summary>A reply to <c>query-status</c>.</summary>
/// <param name="Text">The reply as QEMU wrote it.</param>
/// <param name="State">Its <c>status</c> member.</param>
/// <param name="Running">Its <c>running</c> member.</param>
/// <param name="ObservedAt">When the reply was received.</param>
public sealed record VmStatus(JsonText Text, RunState State, bool Running, DateTimeOffset ObservedAt)
{
    /// <summary>Parses QEMU's reply.</summary>
    /// <param name="answer">The reply.</param>
    /// <param name="observedAt">When the reply was received.</param>
    /// <param name="last">The previous status. Most replies are identical to the previous one, and are not parsed again.</param>
    /// <exception cref="QmpProtocolException">The reply is not a valid <c>StatusInfo</c>.</exception>
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
        catch (JsonException invalid)
        {
            // The parser's message would name types of this program.
            throw new QmpProtocolException(
                $"QEMU's answer to {RunStateCommands.QueryStatus} is not a status: it must have a string \"status\" and a boolean \"running\".", invalid, RunStateCommands.QueryStatus);
        }
    }
}
