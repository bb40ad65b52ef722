using System.Net.Sockets;
using Gateway.NativeQmp;
using Gateway.Settings;
using Gateway.Sockets;
using Gateway.Vms;
using Gateway.Vms.Registry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Tests.NativeQmp;

/// <summary>The socket of a VM's monitor is there for its owner, for as long as it is asked for.</summary>
public sealed class NativeQmpSocketTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("monitor-");

    private string Socket => Path.Combine(directory.FullName, "web1.qmp");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Its_user_alone_can_open_it_and_many_clients_at_once()
    {
        await using var host = await StartedAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Socket));
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var client = await NativeClient.OverSocketAsync(Socket);
            await client.NegotiateAsync();
            return client;
        }));
        await Task.WhenAll(clients.Select(static async (client, i) =>
            Assert.Equal($$"""{"return":{{FakeVm.Running}},"id":{{i}}}""", await client.AskAsync($$"""{"execute":"query-status","id":{{i}}}"""))));
        Assert.Equal(1, host.Fake("web1").Dials);
        await clients[0].AskAsync("""{"execute":"inject-nmi"}""");
        var audited = (await host.GetAsync("/audit")).Ok().GetProperty("items")[0];
        Assert.Equal(("monitor", $"unix:{Socket}"), (audited.GetProperty("who").GetString(), audited.GetProperty("remote").GetString()));
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_was_sent_before_the_client_said_that_it_is_done_is_answered()
    {
        await using var host = await StartedAsync();
        await using var client = await NativeClient.OverSocketAsync(Socket);
        await client.SendAsync("""{"execute":"qmp_capabilities"}{"execute":"query-status"}""");
        client.Shutdown();
        Assert.Equal(3, (await client.EndAsync()).Count);
    }

    [Fact]
    public async Task A_VM_that_is_away_ends_the_connection_at_once()
    {
        await using var host = await StartedAsync(connected: false);
        await using var client = await NativeClient.OverSocketAsync(Socket);
        Assert.Empty(await client.EndAsync());
    }

    [Fact]
    public async Task It_goes_with_the_gateway_and_one_left_behind_is_replaced()
    {
        await (await StartedAsync()).DisposeAsync();
        Assert.False(File.Exists(Socket));
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(Socket));
            left.Listen();
        }

        await using var host = await StartedAsync();
        await using var client = await NativeClient.OverSocketAsync(Socket);
        Assert.Contains("QMP", await client.NextAsync());
    }

    [Fact]
    public async Task What_is_in_use_or_no_socket_stays_and_the_start_says_so()
    {
        await File.WriteAllTextAsync(Socket, "precious");
        Assert.Contains("not a socket", Fault());
        Assert.Equal("precious", await File.ReadAllTextAsync(Socket));
        File.Delete(Socket);
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(Socket));
        other.Listen();
        Assert.StartsWith($"Gateway:Vms:web1:Monitor = 'unix:{Socket}' cannot be created: another program", Fault());

        string Fault() => Assert.Throws<ConfigurationException>(() => NativeQmpSocket.Open("web1", Socket, SocketAccess.Of(new SocketsOptions()), null!, null!, null!, NullLogger.Instance)).Message;
    }

    [Fact]
    public async Task A_changed_configuration_moves_it_and_ends_its_sessions()
    {
        await using var host = await StartedAsync();
        await using var client = await NativeClient.OverSocketAsync(Socket);
        await client.NextAsync();
        var moved = Path.Combine(directory.FullName, "other.qmp");
        await host.Services.GetRequiredService<NativeQmpSockets>().ChangeAsync(new ConfiguredVms(new Dictionary<string, VmOptions> { ["web1"] = new() { Endpoint = "unix:/x", Monitor = $"unix:{moved}" } }, Default: null));
        Assert.Null(await client.NextAsync());
        Assert.False(File.Exists(Socket));
        await using var next = await NativeClient.OverSocketAsync(moved);
        Assert.Contains("QMP", await next.NextAsync());
        await host.Services.GetRequiredService<NativeQmpSockets>().ChangeAsync(new ConfiguredVms(new Dictionary<string, VmOptions>(), Default: null));
        Assert.False(File.Exists(moved));
    }

    private async Task<GatewayHost> StartedAsync(bool connected = true)
    {
        var host = new GatewayHost("web1").Set("Gateway:Vms:web1:Monitor", $"unix:{Socket}");
        host.Fake("web1").IsListening = connected;
        await host.StartAsync();
        if (connected)
        {
            await host.ConnectedAsync("web1");
        }

        return host;
    }
}
