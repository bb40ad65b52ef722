using Gateway.Security;
using Gateway.Settings;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Gateway.Tests.Security;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("--urls=http://127.0.0.1:8080")]
    [InlineData("--urls=http://localhost:8080;http://[::1]:8443")]
    [InlineData("--urls=http://unix:/run/gateway.sock")]
    [InlineData("--Kestrel:Endpoints:Http:Url=http://127.0.0.1:8080")]
    [InlineData("--other=x")]
    public void Loopback_needs_no_authentication(string argument) => Use(argument);

    [Theory]
    [InlineData("--urls=http://0.0.0.0:8080", "Urls")]
    [InlineData("--urls=http://*:8080", "Urls")]
    [InlineData("--urls=http://[::]:8080", "Urls")]
    [InlineData("--urls=http://127.0.0.1:8080;http://10.0.0.1:80", "Urls")]
    [InlineData("--urls=http://gw.example.org", "Urls")]
    [InlineData("--http_ports=8080", "http_ports")]
    [InlineData("--https_ports=8443", "https_ports")]
    [InlineData("--Kestrel:Endpoints:Http:Url=http://+:8080", "Kestrel:Endpoints:Http:Url")]
    [InlineData("--urls=nonsense", "Urls")]
    public void What_is_open_to_others_is_refused_with_the_setting_that_is_missing(string argument, string key)
    {
        var refusal = Assert.Throws<ConfigurationException>(() => Use(argument));
        Assert.Contains(key, refusal.Message);
        Assert.True(argument.Contains("nonsense", StringComparison.Ordinal) || refusal.Message.Contains("Gateway:Security:ApiKeys", StringComparison.Ordinal));
    }

    private static void Use(string argument) => WebApplication.CreateBuilder([argument]).UseSafeAddresses(new Gateway.Access.SecurityOptions(), []);
}
