using Gateway.Access;
using Gateway.Audit;
using Gateway.Commands;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Observability;
using Gateway.Sockets;
using Gateway.Vms;
using Gateway.Vms.Registry;

namespace Gateway.Configuration;

/// <summary>The section <c>Gateway</c> of the configuration.</summary>
public sealed class GatewayOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Gateway";

    /// <summary>VMs by id. None by default.</summary>
    public Dictionary<string, VmOptions> Vms { get; init; } = [];

    /// <summary>The VM that routes without a VM id use. Default: the only VM, if there is exactly one.</summary>
    public string? DefaultVm { get; init; }

    /// <summary>Where to look for VMs.</summary>
    public DiscoveryOptions Discovery { get; init; } = new();

    /// <summary>
    /// The directory of the journal, the VM registry and the lock. Default: <c>$XDG_STATE_HOME/qmp-gateway</c>, or
    /// <c>~/.local/state/qmp-gateway</c> if <c>XDG_STATE_HOME</c> is not set. Created with mode 0700.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>How long journal entries are kept, and how they are synced to disk.</summary>
    public JournalOptions Journal { get; init; } = new();

    /// <summary>How the gateway talks to QEMU.</summary>
    public QmpOptions Qmp { get; init; } = new();

    /// <summary>Limits on requests, connections and readers.</summary>
    public LimitsOptions Limits { get; init; } = new();

    /// <summary>Authentication, access rights and allowed origins.</summary>
    public SecurityOptions Security { get; init; } = new();

    /// <summary>Owner and mode of the Unix sockets that the gateway creates.</summary>
    public SocketsOptions Sockets { get; init; } = new();

    /// <summary>Where metrics are served, and with which labels.</summary>
    public MetricsOptions Metrics { get; init; } = new();

    /// <summary>How much of the audit log is kept.</summary>
    public AuditOptions Audit { get; init; } = new();

    /// <summary>Which QMP commands clients may send.</summary>
    public CommandPolicyOptions CommandPolicy { get; init; } = new();

    /// <summary>Returns the VMs of the configuration.</summary>
    internal ConfiguredVms ConfiguredVms() => new(Vms, DefaultVm);
}
