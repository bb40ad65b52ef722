namespace Gateway.Requests.Idempotency;

/// <summary>The state of an idempotency key.</summary>
/// <param name="Request">The hash of the first request with the key.</param>
/// <param name="Answer">The response; null if the request is still running, or was running when the gateway was killed.</param>
/// <param name="UnderWay">Whether this process is executing the request.</param>
internal sealed record KnownKey(byte[] Request, KeptAnswer? Answer, bool UnderWay);
