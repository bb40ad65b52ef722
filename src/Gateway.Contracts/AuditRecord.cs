using System.Text.Json;

namespace QmpGateway.Contracts;

/// <summary>One request that could have changed something, and what became of it.</summary>
public sealed record AuditRecord
{
    /// <summary>When it was over. Never earlier than the record before, unless the clock was set back.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The key's name, the token's <c>sub</c>, or <c>anonymous</c>.</summary>
    public required string Who { get; init; }

    /// <summary>
    /// How that caller was recognized: <c>key</c>, <c>token</c>, <c>monitor</c> (who may open its socket) or <c>anonymous</c>. A token's <c>sub</c>
    /// may be a key's name, and is another caller all the same. Null in records of gateways that did not write it.
    /// </summary>
    public string? WhoKind { get; init; }

    /// <summary>The address that it came from; null for a Unix socket.</summary>
    public required string? Remote { get; init; }

    /// <summary>The VM; null where it is about none.</summary>
    public required string? Vm { get; init; }

    /// <summary>The QMP command; null where it is none, or was not read.</summary>
    public required string? Command { get; init; }

    /// <summary>The command's arguments, or the body, its secrets blanked; null without any.</summary>
    public required JsonElement? Arguments { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path.</summary>
    public required string Path { get; init; }

    /// <summary><c>done</c>, <c>refused</c>, <c>not-sent</c>, <c>unknown</c> or <c>forbidden</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The slug of the problem that was answered; null where there was none.</summary>
    public required string? Problem { get; init; }

    /// <summary>The trace that the request belongs to.</summary>
    public required string TraceId { get; init; }

    /// <summary>Whether nothing was done: a kept answer was given once more (<c>Idempotency-Key</c>), and <c>outcome</c> is the first request's.</summary>
    public bool Replayed { get; init; }
}

/// <summary>Some of the audit log, newest first.</summary>
/// <param name="Items">The records.</param>
public sealed record AuditPage(IReadOnlyList<AuditRecord> Items);
