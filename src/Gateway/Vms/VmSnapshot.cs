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
