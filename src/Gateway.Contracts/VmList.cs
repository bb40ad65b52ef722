using System.Text.Json.Serialization;

namespace QmpGateway.Contracts;

/// <summary>The VMs of a gateway.</summary>
/// <param name="Items">The VMs, sorted by id.</param>
/// <param name="Cursor">Events read after this cursor show every change since this list. With several pages, use the cursor of the first.</param>
/// <param name="Next">The <c>page</c> that continues the list; null on the last page.</param>
public sealed record VmList(
    IReadOnlyList<Vm> Items, string Cursor, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null);
