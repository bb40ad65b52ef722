using Gateway.Access;
using Gateway.Audit;
using Gateway.Commands;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Observability;
using Gateway.Sockets;
using Gateway.Vms;

namespace Gateway.Configuration;

/// <summary>The section <c>Gateway</c> of the configuration.</summary>
public sealed class GatewayOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Gateway";

    /// <summary>VMs by id. None by default.</summary>
    public Dictionary<string, VmOptions> Vms { get; init; } = [];

    /// <summary>The VM of the routes that name none. By default the only one there is.</summary>
    public string? DefaultVm { get; init; }

    /// <summary>Where to look for VMs.</summary>
    public DiscoveryOptions Discovery { get; init; } = new();

    /// <summary>
    /// Journal, registry and lock. Default <c>$XDG_STATE_HOME/qmp-gateway</c>, else <c>~/.local/state/qmp-gateway</c>; made with mode 0700.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>How much of the journal is kept, and how safely.</summary>
    public JournalOptions Journal { get; init; } = new();

    /// <summary>How the gateway talks to QEMU.</summary>
    public QmpOptions Qmp { get; init; } = new();

    /// <summary>How much the gateway takes on.</summary>
    public LimitsOptions Limits { get; init; } = new();

    /// <summary>Who may ask.</summary>
    public SecurityOptions Security { get; init; } = new();

    /// <summary>The Unix sockets that the gateway makes.</summary>
    public SocketsOptions Sockets { get; init; } = new();

    /// <summary>Where metrics are scraped.</summary>
    public MetricsOptions Metrics { get; init; } = new();

    /// <summary>How much is kept of the record of who did what.</summary>
    public AuditOptions Audit { get; init; } = new();

    /// <summary>Which commands may be sent.</summary>
    public CommandPolicyOptions CommandPolicy { get; init; } = new();

    /// <summary>The VMs that the configuration names.</summary>
    internal ConfiguredVms ConfiguredVms() => new(Vms, DefaultVm);
}
