namespace QmpGateway.Contracts;

/// <summary>The definition of a VM.</summary>
public sealed record PutVm
{
    /// <summary>Its monitor: <c>unix:/path</c> or <c>tcp:host:port</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Labels to filter by.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Actions that are sent with <c>set-action</c> on every new run of QEMU.</summary>
    public VmActions? Actions { get; init; }
}
