namespace Gateway.Journal;

/// <summary>The entries of a VM and event that are to be dropped.</summary>
internal readonly record struct JournalTally(string Vm, string Event, long UpTo, Holding Held);
