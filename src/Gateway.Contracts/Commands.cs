using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Contracts;

/// <summary>The commands of a VM's QEMU, in JSON Schema (2020-12).</summary>
/// <param name="Items">In the order of their names.</param>
/// <param name="Defs">The types that they refer to.</param>
public sealed record CommandList(IReadOnlyList<Command> Items, [property: JsonPropertyName("$defs")] IReadOnlyDictionary<string, JsonElement> Defs);

/// <summary>One command of QEMU.</summary>
public sealed record Command
{
    /// <summary>Its QAPI name, such as <c>query-status</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it takes, in JSON Schema.</summary>
    public required JsonElement Arguments { get; init; }

    /// <summary>What it returns, in JSON Schema.</summary>
    public required JsonElement Returns { get; init; }

    /// <summary>Whether the command policy allows it, before it has seen any arguments.</summary>
    public required bool Allowed { get; init; }

    /// <summary>The rule that says so.</summary>
    public required string Rule { get; init; }

    /// <summary>Whether it is meant to go.</summary>
    public required bool Deprecated { get; init; }

    /// <summary>Whether it may change or go without notice.</summary>
    public required bool Unstable { get; init; }
}
