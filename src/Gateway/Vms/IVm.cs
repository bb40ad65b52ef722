using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>One VM, whoever holds its connection.</summary>
public interface IVm
{
    /// <summary>Its id.</summary>
    string Id { get; }

    /// <summary>Who named it, and where it is.</summary>
    VmDefinition Definition { get; }

    /// <summary>The last known of it; never waits.</summary>
    VmSnapshot Snapshot { get; }

    /// <summary>The journal's id of the entry that tells of the <see cref="Snapshot"/> which was taken before, or of a later one; 0 before the first.</summary>
    long LastChange { get; }

    /// <summary>When QEMU was last heard of; null before the first message.</summary>
    DateTimeOffset? LastMessageAt { get; }

    /// <summary>The journal's id of the last event that QEMU sent; 0 before the first.</summary>
    long LastEvent { get; }

    /// <summary>What this gateway has set on this run of QEMU with <c>set-action</c>; members it does not know are null.</summary>
    SetActionArguments Actions { get; }

    /// <summary>Sends a command, once, and answers what QEMU returned.</summary>
    /// <exception cref="VmUnreachableException">Not connected; nothing was sent.</exception>
    /// <exception cref="RunChangedException">It is another run than the command is for; nothing was sent.</exception>
    /// <exception cref="OutOfBandNotOfferedException">This QEMU runs nothing out of band; nothing was sent.</exception>
    /// <exception cref="QmpCommandException">QEMU refused it.</exception>
    /// <exception cref="QmpDisconnectedException">The connection broke; says whether the command was sent.</exception>
    /// <exception cref="QmpTimeoutException">No answer in time; says whether the command was sent.</exception>
    Task<JsonText> ExecuteAsync(VmCommand command, CancellationToken cancellationToken);

    /// <summary>Asks for the status after this call began, together with all others who ask at the time.</summary>
    /// <inheritdoc cref="ExecuteAsync" path="/exception"/>
    Task<VmStatus> ReadStatusAsync(Caller caller, CancellationToken cancellationToken);
}

/// <summary>Who asks.</summary>
/// <param name="Who">The caller's name.</param>
/// <param name="TraceId">The trace that the request belongs to.</param>
public sealed record Caller(string Who, string TraceId);

/// <summary>A command for a VM.</summary>
/// <param name="Command">The command.</param>
/// <param name="Caller">Who asks.</param>
public sealed record VmCommand(QmpCommand Command, Caller Caller)
{
    /// <summary>Its time; null for what is usual for the command.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The runs that it is for; null for any.</summary>
    public IReadOnlyCollection<string>? IfRun { get; init; }
}
