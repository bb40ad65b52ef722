using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>A VM.</summary>
public interface IVm
{
    /// <summary>The VM's id.</summary>
    string Id { get; }

    /// <summary>Its source, endpoint, labels and actions.</summary>
    VmDefinition Definition { get; }

    /// <summary>The last known state of the VM. Never waits for QEMU.</summary>
    VmSnapshot Snapshot { get; }

    /// <summary>The id of the journal entry that reports a <see cref="Snapshot"/> taken before this call, or a later one; 0 before the first entry.</summary>
    long LastChange { get; }

    /// <summary>When QEMU last sent a message; null before the first message.</summary>
    DateTimeOffset? LastMessageAt { get; }

    /// <summary>The journal id of the last event that QEMU sent; 0 before the first event.</summary>
    long LastEvent { get; }

    /// <summary>The actions that this gateway has set on this run of QEMU with <c>set-action</c>. Members are null if the gateway does not know them.</summary>
    SetActionArguments Actions { get; }

    /// <summary>Sends a command to QEMU. Returns the result. Never sends it twice.</summary>
    /// <exception cref="VmUnreachableException">The VM is not connected. Nothing was sent.</exception>
    /// <exception cref="RunChangedException">The VM has been restarted: its run is not in <see cref="VmCommand.IfRun"/>. Nothing was sent.</exception>
    /// <exception cref="OutOfBandNotOfferedException">This QEMU does not support out-of-band execution. Nothing was sent.</exception>
    /// <exception cref="QmpCommandException">QEMU returned an error.</exception>
    /// <exception cref="QmpDisconnectedException">The connection was lost. The exception says whether the command was sent.</exception>
    /// <exception cref="QmpTimeoutException">QEMU did not reply in time. The exception says whether the command was sent.</exception>
    Task<JsonText> ExecuteAsync(VmCommand command, CancellationToken cancellationToken);

    /// <summary>Reads the status. The reply is newer than this call. Concurrent callers share one <c>query-status</c>.</summary>
    /// <inheritdoc cref="ExecuteAsync" path="/exception"/>
    Task<VmStatus> ReadStatusAsync(Caller caller, CancellationToken cancellationToken);
}

/// <summary>The caller of a command.</summary>
/// <param name="Who">The caller's name.</param>
/// <param name="TraceId">The trace that the request belongs to.</param>
public sealed record Caller(string Who, string TraceId);

/// <summary>A command for a VM.</summary>
/// <param name="Command">The command.</param>
/// <param name="Caller">The caller.</param>
public sealed record VmCommand(QmpCommand Command, Caller Caller)
{
    /// <summary>The timeout; null for the default of the command.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The runs that the command may be sent to; null for any run.</summary>
    public IReadOnlyCollection<string>? IfRun { get; init; }
}
