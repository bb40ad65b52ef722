using System.Text.Json;

namespace QmpGateway.Contracts;

/// <summary>One command of QEMU.</summary>
public sealed record Command
{
    /// <summary>Its QAPI name, such as <c>query-status</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The arguments, in JSON Schema.</summary>
    public required JsonElement Arguments { get; init; }

    /// <summary>The return value, in JSON Schema.</summary>
    public required JsonElement Returns { get; init; }

    /// <summary>Whether the command policy allows the command, regardless of its arguments.</summary>
    public required bool Allowed { get; init; }

    /// <summary>The rule that decides this.</summary>
    public required string Rule { get; init; }

    /// <summary>Whether QEMU has deprecated the command.</summary>
    public required bool Deprecated { get; init; }

    /// <summary>Whether the command may change or be removed without notice.</summary>
    public required bool Unstable { get; init; }
}
