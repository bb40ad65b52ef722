using Gateway.Vms.Discovery;

namespace Gateway.Vms;

/// <summary>Where to look for VMs.</summary>
public sealed class DiscoveryOptions
{
    /// <summary>
    /// Directories, whose <c>*.qmp</c> are monitors, and patterns as <c>/run/qemu/*.sock</c>. None by default. Sockets that do not match are never
    /// connected to.
    /// </summary>
    public List<string> Paths { get; init; } = [];

    /// <summary>The files that discovery looks at.</summary>
    internal IEnumerable<SocketPattern> Patterns() => Paths.Select(static path => SocketPattern.TryParse(path)!);
}
