namespace Gateway.Vms;

/// <summary>A VM in the configuration.</summary>
public sealed class VmOptions
{
    /// <summary>The endpoint of its monitor: <c>unix:/path</c> or <c>tcp:host:port</c>. Required.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Free-form labels to filter by. None by default.</summary>
    public Dictionary<string, string> Labels { get; init; } = [];

    /// <summary>The socket on which the gateway serves native QMP for this VM: <c>unix:/path</c>. None by default.</summary>
    public string? Monitor { get; init; }

    /// <summary>Sent with <c>set-action</c> on every new run of QEMU. None by default.</summary>
    public ActionsOptions? Actions { get; init; }
}
