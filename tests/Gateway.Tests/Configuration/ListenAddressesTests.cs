using Gateway.Security;
using Gateway.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class ListenAddressesTests
{
    [Fact]
    public void It_listens_on_loopback_where_nothing_else_is_said() =>
        Assert.Equal("http://127.0.0.1:8080", Listen().WebHost.GetSetting(WebHostDefaults.ServerUrlsKey));

    [Theory]
    [InlineData("http://localhost:8080")]
    [InlineData("http://LocalHost")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://127.1.2.3:8080")]
    [InlineData("http://[::1]:8443")]
    [InlineData("http://unix:/run/qmp-gateway/api.sock")]
    [InlineData("http://127.0.0.1:8080;http://[::1]:8080 ; http://unix:/run/api.sock;")]
    public void What_only_this_host_can_reach_is_left_as_it_is(string urls) =>
        Assert.Equal(urls, Listen(("urls", urls)).WebHost.GetSetting(WebHostDefaults.ServerUrlsKey));

    [Theory]
    [InlineData("urls", "http://0.0.0.0:8080", "Urls = 'http://0.0.0.0:8080'")]
    [InlineData("urls", "http://*:8080", "Urls = 'http://*:8080'")]
    [InlineData("urls", "http://+:8080", "Urls = 'http://+:8080'")]
    [InlineData("urls", "http://[::]:8080", "Urls = 'http://[::]:8080'")]
    [InlineData("urls", "http://192.0.2.1:8080", "Urls = 'http://192.0.2.1:8080'")]
    [InlineData("urls", "http://gw.example.org:8080", "Urls = 'http://gw.example.org:8080'")]
    [InlineData("urls", "http://127.0.0.1.example.org:8080", "Urls = 'http://127.0.0.1.example.org:8080'")]
    [InlineData("urls", "http://localhost.example.org", "Urls = 'http://localhost.example.org'")]
    [InlineData("urls", "http://127.0.0.1:8080;http://*:9090", "Urls = 'http://*:9090'")]
    [InlineData("urls", "nonsense", "Urls = 'nonsense'")]
    [InlineData("http_ports", "8080", "http_ports = 'http://*:8080'")]
    [InlineData("https_ports", "8443;9443", "https_ports = 'https://*:9443'")]
    [InlineData("Kestrel:Endpoints:Api:Url", "http://*:8080", "Kestrel:Endpoints:Api:Url = 'http://*:8080'")]
    [InlineData("Kestrel:Endpoints:Api:Url", "nonsense", "Kestrel:Endpoints:Api:Url = 'nonsense'")]
    [InlineData("Kestrel:Endpoints:Api:Protocols", "Http1", "Kestrel:Endpoints:Api:Url = ''")]
    public void What_others_can_reach_is_refused_and_its_key_named(string key, string value, string told) =>
        Assert.Contains(told, Assert.Throws<ConfigurationException>(() => Listen((key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_refusal_says_which_setting_is_missing()
    {
        var refusal = Assert.Throws<ConfigurationException>(() => Listen(("urls", "http://0.0.0.0:80")));

        Assert.Contains("Gateway:Security:ApiKeys", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_open_addresses_are_told_together()
    {
        var refusal = Assert.Throws<ConfigurationException>(() => Listen(("urls", "http://*:1;http://*:2"), ("Kestrel:Endpoints:A:Url", "http://*:3")));

        Assert.Equal(3, refusal.Message.Split(Environment.NewLine).Length);
    }

    private static WebApplicationBuilder Listen(params (string Key, string Value)[] settings)
    {
        // What the developer's environment says about addresses is not asked.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)));
        builder.UseSafeAddresses(new Gateway.Access.SecurityOptions(), []);
        return builder;
    }
}
