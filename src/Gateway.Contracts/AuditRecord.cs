using System.Text.Json;

namespace QmpGateway.Contracts;

/// <summary>A request that could have changed something, and its outcome.</summary>
public sealed record AuditRecord
{
    /// <summary>When the request finished. Never earlier than the previous record, unless the clock was set back.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The key's name, the token's <c>sub</c>, or <c>anonymous</c>.</summary>
    public required string Who { get; init; }

    /// <summary>
    /// How the caller was authenticated: <c>key</c>, <c>token</c>, <c>monitor</c> (a client of a native QMP socket) or <c>anonymous</c>. A token's <c>sub</c>
    /// may equal a key's name; they are still different callers. Null in records of older gateways.
    /// </summary>
    public string? WhoKind { get; init; }

    /// <summary>The client's address; null for a Unix socket.</summary>
    public required string? Remote { get; init; }

    /// <summary>The VM; null if the request is not about a VM.</summary>
    public required string? Vm { get; init; }

    /// <summary>The QMP command; null if there is none, or if it was not read.</summary>
    public required string? Command { get; init; }

    /// <summary>The command's arguments, or the request body, with secrets blanked; null if there are none.</summary>
    public required JsonElement? Arguments { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path.</summary>
    public required string Path { get; init; }

    /// <summary><c>done</c>, <c>refused</c>, <c>not-sent</c>, <c>unknown</c> or <c>forbidden</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The slug of the returned problem; null if there was none.</summary>
    public required string? Problem { get; init; }

    /// <summary>The trace that the request belongs to.</summary>
    public required string TraceId { get; init; }

    /// <summary>Whether nothing was done because a stored answer was returned again (<c>Idempotency-Key</c>). <c>outcome</c> is then that of the first request.</summary>
    public bool Replayed { get; init; }
}
