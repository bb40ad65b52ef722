namespace Gateway.Dashboard;

/// <summary>The dashboard as a client of an OpenID Connect provider: public, with authorization code and PKCE.</summary>
/// <param name="Authority">The address of the provider.</param>
/// <param name="ClientId">The id that the provider gave to the dashboard.</param>
/// <param name="Scope">The scopes that the dashboard requests, separated by spaces.</param>
internal sealed record OpenIdConnectClient(string Authority, string ClientId, string Scope);
