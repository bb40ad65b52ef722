using System.ComponentModel.DataAnnotations;

namespace Gateway.Journal;

/// <summary>Settings of the journal: how much it keeps, and how durable it is.</summary>
public sealed class JournalOptions
{
    /// <summary>The number of entries to keep in total. The VM with the most entries loses entries first. Default 1,000,000.</summary>
    [Range(1, 1_000_000_000)]
    public long KeepEvents { get; init; } = 1_000_000;

    /// <summary>The approximate total size of the entries to keep, in bytes. The VM that uses the most loses entries first. Default 4 GiB.</summary>
    [Range(1, long.MaxValue)]
    public long KeepBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>The number of entries to keep per VM. Default 100,000.</summary>
    [Range(1, 1_000_000_000)]
    public long KeepEventsPerVm { get; init; } = 100_000;

    /// <summary>The number of days to keep an entry. Default 30.</summary>
    [Range(1, 36_500)]
    public int KeepDays { get; init; } = 30;

    /// <summary>How durable a written entry is. Default <see cref="JournalSync.Full"/>.</summary>
    public JournalSync Sync { get; init; } = JournalSync.Full;
}
