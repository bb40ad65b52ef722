namespace Gateway.Vms;

/// <summary>The state of the connection at one moment.</summary>
/// <param name="State">The state.</param>
/// <param name="Since">When the state began.</param>
/// <param name="Reason">The reason for the state, in words; null if there is none.</param>
/// <param name="Attempts">The number of attempts since the connection was lost; 0 while connected.</param>
public sealed record ConnectionSnapshot(ConnectionState State, DateTimeOffset Since, string? Reason, int Attempts)
{
    /// <summary>Whether commands are sent: the VM is connected, or has become stuck since it was connected.</summary>
    public bool IsInUse { get; init; }

    /// <summary>Whether the system denies the gateway access to the socket.</summary>
    public bool IsDenied { get; init; }
}
