namespace Gateway.Vms;

/// <summary>Settings of the connections to QEMU.</summary>
public sealed class QmpOptions
{
    /// <summary>How long a command may take. Default 10 s. Commands that are known to be slow get at least a minute.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
