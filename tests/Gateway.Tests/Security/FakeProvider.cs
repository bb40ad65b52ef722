using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Tests.Security;

/// <summary>An OpenID Connect provider on the loopback: a discovery document, keys, and whatever tokens a test wants.</summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    public const string Audience = "qmp-gateway";

    private readonly WebApplication server;

    private FakeProvider(WebApplication server) => this.server = server;

    public string Authority => server.Urls.Single();

    public RsaSecurityKey Key { get; private set; } = NewKey("first");

    public static async Task<FakeProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var provider = new FakeProvider(builder.Build());
        provider.server.MapGet("/.well-known/openid-configuration", () => Results.Text(
            $$"""{"issuer":"{{provider.Authority}}","jwks_uri":"{{provider.Authority}}/keys"}""", "application/json"));
        provider.server.MapGet("/keys", () => Results.Text(provider.KeySet(), "application/json"));
        await provider.server.StartAsync();
        return provider;
    }

    public static RsaSecurityKey NewKey(string id) => new(RSA.Create(2048)) { KeyId = id };

    public void Rotate() => Key = NewKey("second");

    /// <summary>A token that is right, but for what a test changes.</summary>
    public string Token(Action<SecurityTokenDescriptor>? change = null, params (string Name, object Value)[] claims)
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Authority,
            Audience = Audience,
            IssuedAt = DateTime.UtcNow,
            NotBefore = DateTime.UtcNow.AddMinutes(-1),
            Expires = DateTime.UtcNow.AddMinutes(5),
            Claims = claims.Append(("sub", "alice")).ToDictionary(static claim => claim.Item1, static claim => claim.Item2),
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    /// <summary>A token with a payload as a test writes it, rightly signed.</summary>
    public string Signed(string payload)
    {
        var text = $"{Base64UrlEncoder.Encode($$"""{"alg":"RS256","kid":"{{Key.KeyId}}","typ":"JWT"}""")}.{Base64UrlEncoder.Encode(payload)}";
        var signature = Key.Rsa.SignData(System.Text.Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64UrlEncoder.Encode(signature)}";
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private string KeySet()
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(Key.Rsa.ExportParameters(includePrivateParameters: false)) { KeyId = Key.KeyId });
        return JsonSerializer.Serialize(new { keys = new[] { new { kty = key.Kty, kid = key.Kid, n = key.N, e = key.E } } });
    }
}
