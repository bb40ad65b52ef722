namespace Gateway.Journal;

/// <summary>When an entry counts as written.</summary>
public enum JournalSync
{
    /// <summary>When it is on disk. It survives a power loss.</summary>
    Full,

    /// <summary>When the operating system has it. It survives a crash of the gateway, but a power loss may lose the last moments.</summary>
    Normal,
}
