namespace QmpGateway.Contracts;

/// <summary>The gateway's health.</summary>
/// <param name="Status"><c>ok</c>; <c>slow</c> if events are shown late; <c>degraded</c> if a changed configuration is invalid and the previous one is still in use; <c>unavailable</c>.</param>
/// <param name="Problems">What is wrong, and what to do.</param>
public sealed record Health(string Status, IReadOnlyList<string> Problems);
