namespace Gateway.Requests.Idempotency;

/// <summary>What is known of an idempotency key.</summary>
/// <param name="Request">The hash of the request that used it first.</param>
/// <param name="Answer">Its answer; null while it is under way, or was when the gateway was killed.</param>
/// <param name="UnderWay">Whether this process is working on it.</param>
internal sealed record KnownKey(byte[] Request, KeptAnswer? Answer, bool UnderWay);
