namespace Gateway.Journal;

/// <summary>The entries up to an id, of one VM or of all.</summary>
internal readonly record struct JournalRange(long UpTo, string? Vm)
{
    /// <summary>The condition that a row of <c>events</c> meets. There is no index on VMs: the search starts where the last trim ended.</summary>
    public string Sql => Vm is null ? "id <= $upTo" : "id > (SELECT coalesce(max(upto), 0) FROM trimmed WHERE vm = $vm) AND id <= $upTo AND vm = $vm";

    /// <summary>What <see cref="Sql"/> refers to.</summary>
    public (string Name, object Value)[] Parameters => Vm is null ? [("$upTo", UpTo)] : [("$upTo", UpTo), ("$vm", Vm)];
}

/// <summary>How many entries of one VM and event a range holds, and the newest of them.</summary>
internal readonly record struct JournalTally(string Vm, string Event, long UpTo, long Count);
