namespace Gateway.Vms;

/// <summary>How the gateway talks to QEMU.</summary>
public sealed class QmpOptions
{
    /// <summary>How long a command may take. Default 10 s; commands known to be slow get a minute at least.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
