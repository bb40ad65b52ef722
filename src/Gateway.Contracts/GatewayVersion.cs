namespace QmpGateway.Contracts;

/// <summary>Which gateway this is.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Contract">The version of the contract that it keeps.</param>
/// <param name="Features">What it can do beyond the first of that contract; clients ignore what they do not know.</param>
public sealed record GatewayVersion(string Version, string Contract, IReadOnlyList<string> Features);

/// <summary>How the gateway is.</summary>
/// <param name="Status"><c>ok</c>; <c>slow</c> where events are shown late; <c>degraded</c> where a changed configuration is wrong and the one before it is used; <c>unavailable</c>.</param>
/// <param name="Problems">What is wrong, and what to do.</param>
public sealed record Health(string Status, IReadOnlyList<string> Problems);
