namespace QmpGateway.Contracts;

/// <summary>The version of the gateway.</summary>
/// <param name="Version">The gateway's version.</param>
/// <param name="Contract">The version of the API contract.</param>
/// <param name="Features">What the gateway supports beyond the first version of that contract. Clients ignore names that they do not know.</param>
public sealed record GatewayVersion(string Version, string Contract, IReadOnlyList<string> Features);
