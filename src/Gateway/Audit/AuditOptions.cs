using System.ComponentModel.DataAnnotations;

namespace Gateway.Audit;

/// <summary>How much of the audit log is kept.</summary>
public sealed class AuditOptions
{
    /// <summary>The maximum size of a file in bytes. After that, a new file is started. Default: 16 MiB.</summary>
    [Range(4096, 1 << 30)]
    public int FileBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The number of files to keep, including the current one. Default: 8.</summary>
    [Range(1, 1000)]
    public int Files { get; init; } = 8;
}
