namespace Gateway.Journal;

/// <summary>How many entries of one VM and event go, and the newest of them.</summary>
internal readonly record struct JournalTally(string Vm, string Event, long UpTo, Holding Held);
