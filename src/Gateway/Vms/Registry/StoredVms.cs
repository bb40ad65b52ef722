namespace Gateway.Vms.Registry;

/// <summary>The content of the registry file.</summary>
internal sealed record StoredVms
{
    /// <summary>The VMs of the API.</summary>
    public SortedDictionary<string, StoredVm> Vms { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The VMs that exist according to the journal, and their sources.</summary>
    public SortedDictionary<string, VmSource> Known { get; init; } = new(StringComparer.Ordinal);

    /// <summary>How the journal last described these VMs.</summary>
    public SortedDictionary<string, StoredVm> Told { get; init; } = new(StringComparer.Ordinal);
}
