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
}
