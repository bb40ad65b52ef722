using Gateway.Access;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Security;

/// <summary>Knows callers by the tokens of an OpenID Connect provider.</summary>
internal static class TokenAuthentication
{
    // For clocks that are a little apart. A token is good for that much longer, so it stays within the time in which streams end.
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
            // Signatures of the provider's alone: with a shared-secret algorithm, anybody could sign with its public key.
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
                Recognize(context);
                return Task.CompletedTask;
            },
            // Also where the provider cannot be reached: the caller is not known, which is no fault of the gateway's.
            OnAuthenticationFailed = static context =>
            {
                context.Fail(context.Exception);
                return Task.CompletedTask;
            },
        };
    }

    private static void Recognize(TokenValidatedContext context)
    {
        if (string.IsNullOrEmpty(context.Principal?.FindFirst("sub")?.Value))
        {
            context.Fail("The token names nobody: it has no 'sub'.");
            return;
        }

        // The time that was checked, and not the claim's text: a number of JSON may be past any calendar.
        var expires = new DateTimeOffset(DateTime.SpecifyKind(context.SecurityToken.ValidTo, DateTimeKind.Utc));
        var access = context.HttpContext.RequestServices.GetRequiredService<AccessRules>().OfToken(context.Principal, expires);
        context.Principal.AddIdentity(new CallerIdentity(access, JwtBearerDefaults.AuthenticationScheme));
    }
}
