using Gateway.Configuration;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>The headers of trusted proxies count, in Location and in the audit log; those of everybody else do not.</summary>
public sealed class TrustedProxyTests
{
    private static readonly (string, string)[] Forwarded =
        [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "gw.example.org"), ("X-Forwarded-For", "203.0.113.9, 198.51.100.7")];

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.0/8")]
    public async Task A_trusted_proxy_s_headers_count(string proxy)
    {
        await using var host = await StartedAsync(listens: true, proxy);
        Assert.Equal(("https://gw.example.org/vms/new", "198.51.100.7"), await PutAsync(host, Forwarded));
    }

    [Fact]
    public async Task Addresses_are_read_from_the_right_up_to_the_first_that_is_not_trusted()
    {
        await using var host = await StartedAsync(listens: true, "127.0.0.1", "198.51.100.0/24");
        Assert.Equal(("https://gw.example.org/vms/new", "203.0.113.9"), await PutAsync(host, Forwarded[..2].Append(("X-Forwarded-For", "192.0.2.1, 203.0.113.9, 198.51.100.7")).ToArray()));
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("unix")]
    public async Task Headers_of_everybody_else_do_not(string proxy)
    {
        await using var host = await StartedAsync(listens: true, proxy);
        var (location, remote) = await PutAsync(host, Forwarded);
        Assert.Equal((host.Client.BaseAddress + "vms/new", "127.0.0.1"), (location, remote));
    }

    // In-process requests have no address, as those on a Unix socket.
    [Theory]
    [InlineData("unix", "https://gw.example.org/vms/new", "198.51.100.7")]
    [InlineData("127.0.0.1", "http://localhost/vms/new", null)]
    public async Task A_proxy_on_a_Unix_socket_is_trusted_by_that_name(string proxy, string location, string? remote)
    {
        await using var host = await StartedAsync(listens: false, proxy);
        Assert.Equal((location, remote), await PutAsync(host, Forwarded));
    }

    [Fact]
    public async Task A_forwarded_host_is_held_to_the_allowed_ones()
    {
        await using var host = await StartedAsync(listens: true, "127.0.0.1");
        (await host.GetAsync("/vms", ("X-Forwarded-Host", "evil.example"))).Problem("invalid-request", "/vms");
        Assert.Equal(200, (await host.GetAsync("/vms", ("X-Forwarded-Host", "gw.example.org"), ("X-Forwarded-Proto", "https"), ("Origin", "https://gw.example.org"))).Status);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("10.0.0.0/33")]
    [InlineData("Unix")]
    public void Anything_else_is_no_proxy(string proxy)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Gateway:Security:TrustedProxies:0", proxy)]).Build();
        Assert.Contains($"Gateway:Security:TrustedProxies:0 = '{proxy}'", Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read(configuration)).Message, StringComparison.Ordinal);
    }

    private static async Task<GatewayHost> StartedAsync(bool listens, params string[] proxies)
    {
        var host = new GatewayHost { ListensForReal = listens }.Set("Gateway:Security:AllowedHosts:0", "gw.example.org");
        for (var i = 0; i < proxies.Length; i++)
        {
            host.Set($"Gateway:Security:TrustedProxies:{i}", proxies[i]);
        }

        await host.StartAsync();
        return host;
    }

    private static async Task<(string? Location, string? Remote)> PutAsync(GatewayHost host, (string, string)[] headers)
    {
        var location = (await host.PutAsync("/vms/new", """{"endpoint":"unix:/fake/new"}""", headers)).Header("Location");
        var record = (await host.GetAsync("/audit?limit=1")).Ok().GetProperty("items")[0];
        return (location, record.TryGetProperty("remote", out var remote) ? remote.GetString() : null);
    }
}
