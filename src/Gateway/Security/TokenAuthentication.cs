using Gateway.Access;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Security;

/// <summary>Authenticates callers by the tokens of an OpenID Connect provider.</summary>
internal static class TokenAuthentication
{
    // Allows for small differences between clocks. It is short because a token is accepted for this long after it expires, and streams must end soon after that.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(2);

    public static void Configure(JwtBearerOptions bearer, JwtOptions options)
    {
        bearer.Authority = options.Authority;
        bearer.Audience = options.Audience;
        bearer.RequireHttpsMetadata = options.RequireHttpsMetadata;
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            NameClaimType = "sub",
            ClockSkew = ClockSkew,
            // Asymmetric algorithms only: with a shared-secret algorithm, anybody could sign a token with the provider's public key.
            ValidAlgorithms =
            [
                SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
                SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
                SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
            ],
        };
        bearer.Events = new JwtBearerEvents
        {
            OnMessageReceived = static context =>
            {
                context.Token = Credential.Of(context.Request);
                return Task.CompletedTask;
            },
            OnTokenValidated = static context =>
            {
                AddCallerIdentity(context);
                return Task.CompletedTask;
            },
            // An unreachable provider also makes this a failed authentication (401) rather than an internal error of the gateway.
            OnAuthenticationFailed = static context =>
            {
                context.Fail(context.Exception);
                return Task.CompletedTask;
            },
        };
    }

    private static void AddCallerIdentity(TokenValidatedContext context)
    {
        if (string.IsNullOrEmpty(context.Principal?.FindFirst("sub")?.Value))
        {
            context.Fail("The token has no 'sub' claim.");
            return;
        }

        // The validated time, not the claim's text: the claim may be a number beyond the range of DateTime.
        var expires = new DateTimeOffset(DateTime.SpecifyKind(context.SecurityToken.ValidTo, DateTimeKind.Utc));
        var access = context.HttpContext.RequestServices.GetRequiredService<AccessRules>().OfToken(context.Principal, expires);
        context.Principal.AddIdentity(new CallerIdentity(access, JwtBearerDefaults.AuthenticationScheme));
    }
}
