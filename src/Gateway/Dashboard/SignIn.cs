using Gateway.Access;

namespace Gateway.Dashboard;

/// <summary>How people can sign in on the dashboard.</summary>
/// <param name="Keys">Whether API keys are configured.</param>
/// <param name="OpenIdConnect">The provider that people can sign in with. Null if the dashboard is not registered with one.</param>
internal sealed record SignIn(bool Keys, OpenIdConnectClient? OpenIdConnect)
{
    /// <summary>Returns what the current settings offer.</summary>
    public static SignIn Of(SecurityOptions security) => new(
        security.ApiKeys.Count > 0,
        security.Jwt is { Authority: { } authority, ClientId: { } clientId } jwt ? new OpenIdConnectClient(authority, clientId, jwt.Scope) : null);
}
