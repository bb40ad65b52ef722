namespace Gateway.Requests.Idempotency;

/// <summary>One response, as it was sent.</summary>
internal sealed record KeptAnswer(int Status, string? ContentType, string? Location, byte[] Body);
