namespace QmpGateway.Client;

/// <summary>Where a gateway is, and how patient its client.</summary>
public sealed class GatewayClientOptions
{
    /// <summary>
    /// The gateway's address, such as <c>http://127.0.0.1:8080</c>, or with a path where a proxy serves it below one: <c>https://example.org/qmp</c>. Required,
    /// unless the client's <see cref="HttpClient.BaseAddress"/> is set.
    /// </summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>
    /// Answers the API key or token to show, null for none. Asked before each request, and once more after a 401, so that a token may be renewed. None by
    /// default.
    /// </summary>
    public Func<CancellationToken, ValueTask<string?>> Credential { get; set; } = static _ => ValueTask.FromResult<string?>(null);

    /// <summary>How long to wait for an answer beyond what a request waits by itself. Default 30 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a request is tried again that is safe to try again: one that reads; one that writes, since it carries an <c>Idempotency-Key</c> of its own.
    /// Default 4 times, in some 3 s.
    /// </summary>
    public int Retries { get; set; } = 4;

    /// <summary>How long a stream of events may be silent: the gateway sends a sign of life every 15 s at least. Default 30 s.</summary>
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock of all waits.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}
