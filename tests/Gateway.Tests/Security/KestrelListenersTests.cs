using System.Net;
using Gateway.Access;
using Gateway.Configuration;
using Gateway.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>No socket is open to other hosts while nobody has to say who they are, whatever asks for one and whenever.</summary>
public sealed class KestrelListenersTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    public async Task An_open_address_is_refused_without_authentication(string address)
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        var listeners = host.Services.GetServices<IConnectionListenerFactory>().Last();
        await Assert.ThrowsAsync<ConfigurationException>(async () => await listeners.BindAsync(new IPEndPoint(IPAddress.Parse(address), 0)));
    }

    [Fact]
    public async Task A_change_that_would_leave_open_addresses_without_authentication_is_refused()
    {
        var changed = new ConfigurationBuilder().AddInMemoryCollection([new("urls", "http://127.0.0.1:0")]).Build();
        await using var host = new GatewayHost { Replace = services => services.AddSingleton<ReadConfiguration>(() => changed) };
        host.WithKey("ops", "admin").Set("urls", "http://0.0.0.0:0");
        await host.StartAsync();
        await host.Services.GetRequiredService<ConfigurationReload>().ReloadAsync();
        Assert.NotNull(host.Services.GetRequiredService<ReloadFault>().Text);
        Assert.Contains(host.LogLines, static line => line.Contains("open to other hosts", StringComparison.Ordinal));
        Assert.True(host.Services.GetRequiredService<AccessRules>().Required);
        host.ForgetFaults();
    }
}
