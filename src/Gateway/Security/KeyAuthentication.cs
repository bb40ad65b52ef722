using System.Security.Claims;
using System.Text.Encodings.Web;
using Gateway.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>
/// Authenticates callers by their API keys. While neither keys nor a token provider are configured, every caller is accepted, or every user in
/// <c>LocalUsers</c>.
/// </summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessRules rules)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string Name = "ApiKey";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        !rules.Required ? rules.LocalUsers?.Include(Context) != false ? Authenticated(rules.Everyone) : AuthenticateResult.NoResult()
        : Credential.Of(Request) is not { } credential ? AuthenticateResult.NoResult()
        : rules.OfKey(credential) is { } access ? Authenticated(access)
        : AuthenticateResult.Fail("Unknown key."));

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.Append("WWW-Authenticate", "Bearer");
        if (Request.GetTypedHeaders().Accept.Any(static media => media.MediaType == "text/html"))
        {
            // A browser then prompts for the key and sends it with every request of the page.
            Response.Headers.Append("WWW-Authenticate", "Basic realm=\"QMP Gateway: any user name, with an API key as the password\", charset=\"UTF-8\"");
        }

        return Task.CompletedTask;
    }

    private static AuthenticateResult Authenticated(GrantedAccess access) =>
        AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new CallerIdentity(access, Name)), Name));
}
