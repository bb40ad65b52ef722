namespace QmpGateway.Client;

/// <summary>The options of a <see cref="GatewayClient"/>: address, credential, timeouts and retries.</summary>
public sealed class GatewayClientOptions
{
    /// <summary>
    /// The gateway's address, such as <c>http://127.0.0.1:8080</c>. It may have a path if a proxy serves the gateway below one: <c>https://example.org/qmp</c>.
    /// Required, unless the client's <see cref="HttpClient.BaseAddress"/> is set.
    /// </summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>
    /// Returns the API key or token to send, or null to send none. Called before each request, and once more after a 401, so that a token can be renewed.
    /// Returns null by default.
    /// </summary>
    public Func<CancellationToken, ValueTask<string?>> Credential { get; set; } = static _ => ValueTask.FromResult<string?>(null);

    /// <summary>How long to wait for a response, in addition to the time that the request itself asks the gateway to wait. Default 30 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a failed request is retried. Retries are safe: a request that writes carries an <c>Idempotency-Key</c>, which all its attempts share.
    /// Default 4 times, within about 3 s.
    /// </summary>
    public int Retries { get; set; } = 4;

    /// <summary>How long an event stream may be silent before the client reconnects. The gateway sends a keep-alive every 15 s. Default 30 s.</summary>
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock for timeouts and delays.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}
