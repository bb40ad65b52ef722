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
}

/// <summary>One VM of the configuration.</summary>
public sealed class VmOptions
{
    /// <summary>Its monitor: <c>unix:/path</c> or <c>tcp:host:port</c>. Required.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Free words, to filter by. None by default.</summary>
    public Dictionary<string, string> Labels { get; init; } = [];

    /// <summary>Where the gateway offers native QMP for it: <c>unix:/path</c>. Nowhere by default.</summary>
    public string? Monitor { get; init; }

    /// <summary>Sent with <c>set-action</c> on every new run of that QEMU. None by default.</summary>
    public ActionsOptions? Actions { get; init; }
}

/// <summary>Arguments of <c>set-action</c>.</summary>
public sealed class ActionsOptions
{
    /// <summary>On a guest's reboot.</summary>
    public string? Reboot { get; init; }

    /// <summary>On a guest's shutdown.</summary>
    public string? Shutdown { get; init; }

    /// <summary>On a guest's panic.</summary>
    public string? Panic { get; init; }

    /// <summary>When the watchdog's timer runs out.</summary>
    public string? Watchdog { get; init; }
}

/// <summary>Where to look for VMs.</summary>
public sealed class DiscoveryOptions
{
    /// <summary>
    /// Directories, whose <c>*.qmp</c> are monitors, and patterns as <c>/run/qemu/*.sock</c>. None by default. Sockets that do not match are never
    /// connected to.
    /// </summary>
    public List<string> Paths { get; init; } = [];
}
