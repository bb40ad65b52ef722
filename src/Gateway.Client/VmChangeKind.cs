namespace QmpGateway.Client;

/// <summary>The kind of change that a watch reports.</summary>
public enum VmChangeKind
{
    /// <summary>The VM existed when the watch began.</summary>
    Listed,

    /// <summary>The VM was added.</summary>
    Added,

    /// <summary>The VM's definition, connection or status changed, or its run ended.</summary>
    Changed,

    /// <summary>The VM was removed.</summary>
    Removed,
}
