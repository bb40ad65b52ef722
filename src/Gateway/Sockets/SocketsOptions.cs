namespace Gateway.Sockets;

/// <summary>The Unix sockets that the gateway makes: those of <c>Urls</c> and of the VMs' <c>Monitor</c>.</summary>
public sealed class SocketsOptions
{
    /// <summary>Who can connect, as an octal mode: whoever may write. Default <c>0600</c>, the gateway's own user.</summary>
    public string Mode { get; init; } = "0600";

    /// <summary>The name or the number of the group that they belong to. By default the gateway's own.</summary>
    public string? Group { get; init; }
}
