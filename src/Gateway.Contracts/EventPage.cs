namespace QmpGateway.Contracts;

/// <summary>A part of the history, oldest first unless newest first was requested.</summary>
/// <param name="Items">The entries.</param>
/// <param name="Next">The cursor to continue from, also when there are no items.</param>
public sealed record EventPage(IReadOnlyList<GatewayEvent> Items, string Next);
