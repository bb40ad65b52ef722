using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Contracts;

/// <summary>The commands of a VM's QEMU, in JSON Schema (2020-12).</summary>
/// <param name="Items">The commands, sorted by name.</param>
/// <param name="Defs">The types that the commands refer to.</param>
public sealed record CommandList(IReadOnlyList<Command> Items, [property: JsonPropertyName("$defs")] IReadOnlyDictionary<string, JsonElement> Defs);
