using Gateway.Configuration;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Gateway.Tests.Dashboard;

/// <summary>A mistake in the settings of the sign-in stops the gateway at startup.</summary>
public sealed class SignInSettingsTests
{
    private const string Jwt = "Gateway:Security:Jwt";

    [Theory]
    [InlineData("ClientId", "", "ClientId is empty")]
    [InlineData("ClientId", " ", "ClientId is empty")]
    [InlineData("Scope", "", "Scope = '' must contain openid")]
    [InlineData("Scope", "profile groups", "Scope = 'profile groups' must contain openid")]
    [InlineData("Scope", "openidx", "Scope = 'openidx' must contain openid")]
    public void A_wrong_value_is_named(string setting, string value, string fault) =>
        Assert.Contains($"{Jwt}:{fault}", Faults(("Authority", "https://login.example.org"), ("Audience", "qmp-gateway"), ("ClientId", "dash"), (setting, value)), StringComparison.Ordinal);

    [Fact]
    public void A_client_id_needs_the_provider() => Assert.Contains($"{Jwt}:Authority is missing", Faults(("ClientId", "dash")), StringComparison.Ordinal);

    [Fact]
    public void More_scopes_are_fine()
    {
        var options = Read(("Authority", "https://login.example.org"), ("Audience", "qmp-gateway"), ("ClientId", "dash"), ("Scope", "profile openid groups"));
        Assert.Equal(("dash", "profile openid groups"), (options.Security.Jwt!.ClientId, options.Security.Jwt.Scope));
    }

    private static string Faults(params (string Key, string Value)[] settings) => Assert.Throws<ConfigurationException>(() => Read(settings)).Message;

    private static GatewayOptions Read(params (string Key, string Value)[] settings) => ConfigurationReader.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.GroupBy(static setting => setting.Key).ToDictionary(static named => $"{Jwt}:{named.Key}", static named => (string?)named.Last().Value)).Build());
}
