using System.Diagnostics;
using System.Net.Sockets;
using Gateway.Configuration;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Gateway.Tests.Configuration;

/// <summary>Two VMs at one socket, or one at the gateway's own, stop the start.</summary>
public sealed class EndpointFaultTests : IDisposable
{
    private readonly string directory = GatewayHost.NewDirectory();

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData("unix:/run/a.qmp", "unix:/run/a.qmp")]
    [InlineData("unix:/run/a.qmp", "unix:/run/./x/../a.qmp")]
    [InlineData("tcp:127.0.0.1:4444", "tcp:localhost:4444")]
    [InlineData("tcp:[::1]:4444", "tcp:localhost:4444")]
    [InlineData("tcp:Host.example:4444", "tcp:host.example.:4444")]
    public void Two_VMs_with_one_endpoint(string first, string second)
    {
        var fault = Fault(("Gateway:Vms:a:Endpoint", first), ("Gateway:Vms:b:Endpoint", second));
        Assert.Equal($"Gateway:Vms:b:Endpoint = '{second}' is already used by Gateway:Vms:a:Endpoint: each VM requires its own socket", fault);
    }

    [Fact]
    public void Two_names_of_one_socket()
    {
        File.CreateSymbolicLink(Path.Combine(directory, "link"), "yet-to-come");
        Assert.Contains("is already used by", Fault(("Gateway:Vms:a:Endpoint", $"unix:{directory}/link"), ("Gateway:Vms:b:Endpoint", $"unix:{directory}/yet-to-come")));
    }

    [Fact]
    public void Two_files_of_one_socket()
    {
        var (path, link) = (Path.Combine(directory, "a.qmp"), Path.Combine(directory, "b.qmp"));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        using var ln = Process.Start("ln", [path, link]);
        ln.WaitForExit();
        Assert.Contains("is already used by", Fault(("Gateway:Vms:a:Endpoint", $"unix:{path}"), ("Gateway:Vms:b:Endpoint", $"unix:{link}")));
    }

    [Theory]
    [InlineData("Gateway:Vms:b:Monitor", "unix:/run/gw/a.qmp", "Gateway:Vms:a:Endpoint")]
    [InlineData("Gateway:Vms:a:Monitor", "unix:/run/gw/../gw/a.qmp", "Gateway:Vms:a:Endpoint")]
    [InlineData("Urls", "http://unix:/run/gw/a.qmp", "Gateway:Vms:a:Endpoint")]
    [InlineData("Kestrel:Endpoints:x:Url", "http://unix:/run/gw/a.qmp", "Kestrel:Endpoints:x:Url")]
    public void A_VM_at_a_socket_of_the_gateway(string key, string socket, string named) =>
        Assert.Contains(named, Fault(("Gateway:Vms:a:Endpoint", "unix:/run/gw/a.qmp"), ("Gateway:Vms:b:Endpoint", "unix:/run/gw/b.qmp"), (key, socket)));

    [Theory]
    [InlineData(null, "tcp:127.0.0.1:8080", true)]
    [InlineData(null, "tcp:localhost:8080", true)]
    [InlineData(null, "tcp:0.0.0.0:8080", true)]
    [InlineData(null, "tcp:[::ffff:127.0.0.1]:8080", true)]
    [InlineData(null, "tcp:[::1]:8080", false)]
    [InlineData(null, "tcp:127.0.0.1:8081", false)]
    [InlineData("http://localhost:81", "tcp:[::1]:81", true)]
    [InlineData("http://127.0.0.1:81", "tcp:127.0.0.1:8080", false)]
    public void A_VM_at_an_address_of_the_gateway(string? urls, string endpoint, bool refused)
    {
        var fault = Fault(("Urls", urls), ("Gateway:Vms:a:Endpoint", endpoint));
        Assert.Equal(refused, fault is not null);
        Assert.True(fault?.Contains("Urls", StringComparison.Ordinal) ?? true);
    }

    [Fact]
    public void A_VM_at_the_port_of_the_metrics() =>
        Assert.Contains("Gateway:Metrics:Urls", Fault(("Gateway:Metrics:Urls", "http://127.0.0.1:9464"), ("Gateway:Vms:a:Endpoint", "tcp:127.0.0.1:9464")));

    private static string? Fault(params (string Key, string? Value)[] settings)
    {
        try
        {
            ConfigurationReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(static setting => setting.Key, static setting => setting.Value)).Build());
            return null;
        }
        catch (ConfigurationException wrong)
        {
            return wrong.Message;
        }
    }
}
