using System.ComponentModel.DataAnnotations;

namespace Gateway.Audit;

/// <summary>How much of the audit log is kept.</summary>
public sealed class AuditOptions
{
    /// <summary>How large a file may become before the next is begun, in bytes. Default 16 MiB.</summary>
    [Range(4096, 1 << 30)]
    public int FileBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many files are kept, the one that is written to included. Default 8.</summary>
    [Range(1, 1000)]
    public int Files { get; init; } = 8;
}
