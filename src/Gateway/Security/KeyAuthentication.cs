using System.Security.Claims;
using System.Text.Encodings.Web;
using Gateway.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>Knows callers by their API keys, and lets everybody be nobody while no key and no provider is configured.</summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessRules rules)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string Name = "ApiKey";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        !rules.Required ? rules.LocalUsers?.Include(Context) != false ? Known(rules.Everyone) : AuthenticateResult.NoResult()
        : Credential.Of(Request) is not { } credential ? AuthenticateResult.NoResult()
        : rules.OfKey(credential) is { } access ? Known(access)
        : AuthenticateResult.Fail("the key is not known"));

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.Append("WWW-Authenticate", "Bearer");
        if (Request.GetTypedHeaders().Accept.Any(static media => media.MediaType == "text/html"))
        {
            // A browser that opens a page asks its user for the key, and sends it with all that the page asks for.
            Response.Headers.Append("WWW-Authenticate", "Basic realm=\"QMP Gateway: any name, and a key as password\", charset=\"UTF-8\"");
        }

        return Task.CompletedTask;
    }

    private static AuthenticateResult Known(GrantedAccess access) =>
        AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new CallerIdentity(access, Name)), Name));
}
