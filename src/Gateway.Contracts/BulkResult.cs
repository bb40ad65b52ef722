namespace QmpGateway.Contracts;

/// <summary>The result for each VM.</summary>
/// <param name="Items">The VMs that matched and that the caller may act on, sorted by id.</param>
/// <param name="Summary">The number of items with each outcome. Outcomes that no item has are omitted.</param>
public sealed record BulkResult(IReadOnlyList<BulkItem> Items, IReadOnlyDictionary<string, int> Summary);
