using Gateway.Vms.Discovery;

namespace Gateway.Vms;

/// <summary>Where discovery looks for the sockets of VMs.</summary>
public sealed class DiscoveryOptions
{
    /// <summary>
    /// Directories, in which each <c>*.qmp</c> socket is a monitor, and patterns such as <c>/run/qemu/*.sock</c>. Empty by default. The gateway never
    /// connects to a socket that does not match.
    /// </summary>
    public List<string> Paths { get; init; } = [];

    /// <summary>The patterns of the socket files.</summary>
    internal IEnumerable<SocketPattern> Patterns() => Paths.Select(static path => SocketPattern.TryParse(path)!);
}
