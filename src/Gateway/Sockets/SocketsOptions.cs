namespace Gateway.Sockets;

/// <summary>The Unix sockets that the gateway creates: those in <c>Urls</c> and in the VMs' <c>Monitor</c>.</summary>
public sealed class SocketsOptions
{
    /// <summary>The octal mode of the sockets. Users with write permission can connect. Default: <c>0600</c>, only the gateway's user.</summary>
    public string Mode { get; init; } = "0600";

    /// <summary>The name or id of the group of the sockets. Default: the group of the gateway's process.</summary>
    public string? Group { get; init; }
}
