using System.ComponentModel.DataAnnotations;

namespace Gateway.Journal;

/// <summary>How much of the journal is kept, and how safely.</summary>
public sealed class JournalOptions
{
    /// <summary>Entries kept in all; the VM that has most gives first. Default 1,000,000.</summary>
    [Range(1, 1_000_000_000)]
    public long KeepEvents { get; init; } = 1_000_000;

    /// <summary>Bytes of all entries together, about; the VM that holds most gives first. Default 4 GiB.</summary>
    [Range(1, long.MaxValue)]
    public long KeepBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Entries kept of each VM. Default 100,000.</summary>
    [Range(1, 1_000_000_000)]
    public long KeepEventsPerVm { get; init; } = 100_000;

    /// <summary>Days that an entry is kept. Default 30.</summary>
    [Range(1, 36_500)]
    public int KeepDays { get; init; } = 30;

    /// <summary>What an entry survives. Default <see cref="JournalSync.Full"/>.</summary>
    public JournalSync Sync { get; init; } = JournalSync.Full;
}

/// <summary>When an entry counts as written.</summary>
public enum JournalSync
{
    /// <summary>When it is on the disk: it survives a loss of power.</summary>
    Full,

    /// <summary>When the operating system has it: it survives a crash of the gateway; a loss of power may cost the last moments.</summary>
    Normal,
}
