using QmpGateway.Contracts;

namespace QmpGateway.Client;

/// <summary>The gateway no longer keeps some events after the cursor, so the reader has missed them.</summary>
public sealed class CursorExpiredException : GatewayException
{
    internal CursorExpiredException(Problem problem, string oldest)
        : base(problem) => Oldest = oldest;

    /// <summary>The oldest cursor from which reading can continue.</summary>
    public string Oldest { get; }
}
