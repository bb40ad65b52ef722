namespace QmpGateway.Contracts;

/// <summary>The version of the gateway.</summary>
/// <param name="Version">The gateway's version.</param>
/// <param name="Contract">The version of the API contract.</param>
/// <param name="Features">What the gateway supports beyond the first version of that contract. Clients ignore names that they do not know.</param>
public sealed record GatewayVersion(string Version, string Contract, IReadOnlyList<string> Features);

/// <summary>The gateway's health.</summary>
/// <param name="Status"><c>ok</c>; <c>slow</c> if events are shown late; <c>degraded</c> if a changed configuration is invalid and the previous one is still in use; <c>unavailable</c>.</param>
/// <param name="Problems">What is wrong, and what to do.</param>
public sealed record Health(string Status, IReadOnlyList<string> Problems);
