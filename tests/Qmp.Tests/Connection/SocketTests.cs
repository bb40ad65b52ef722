using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using TestSupport;
using Xunit;

namespace QmpGateway.Qmp.Tests.Connection;

/// <summary>What only real sockets can say.</summary>
public sealed class SocketTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("qmp").FullName;
    private readonly List<string> events = [];
    private Action onEvent = static () => { };

    private string SocketPath => Path.Combine(folder, "qmp.sock");

    [Fact]
    public async Task A_Unix_socket_carries_commands_and_events()
    {
        using var fake = FakeQemu.OnUnix(SocketPath);
        var (client, qemu) = await ConnectAsync(fake);
        await using var _ = client;

        await AssertTalksAsync(client, qemu);
        Assert.StartsWith($"{Environment.ProcessId}:", client.Peer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_TCP_socket_carries_commands_and_events_and_cannot_tell_the_peer()
    {
        using var fake = FakeQemu.OnTcp();
        var (client, qemu) = await ConnectAsync(fake);
        await using var _ = client;

        await AssertTalksAsync(client, qemu);
        Assert.Null(client.Peer);
    }

    [Fact]
    public void A_TCP_peer_that_vanishes_is_noticed_within_a_minute_whether_or_not_something_is_on_its_way()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);

        TcpQmpEndpoint.Configure(socket);

        var idle = Seconds(SocketOptionName.TcpKeepAliveTime) + (Seconds(SocketOptionName.TcpKeepAliveInterval) * Seconds(SocketOptionName.TcpKeepAliveRetryCount));
        var unacknowledged = new byte[4];
        socket.GetRawSocketOption(6, 18, unacknowledged); // IPPROTO_TCP, TCP_USER_TIMEOUT in milliseconds
        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.InRange(idle, 10, 60);
        Assert.InRange(BitConverter.ToInt32(unacknowledged), 10_000, 60_000);

        int Seconds(SocketOptionName option) => (int)socket.GetSocketOption(SocketOptionLevel.Tcp, option)!;
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")] // whose first address may be ::1, where nobody listens
    public async Task The_kernel_probes_an_idle_TCP_line_by_whatever_name_it_was_dialled(string host)
    {
        using var fake = FakeQemu.OnTcp();
        var port = int.Parse(fake.Endpoint.Split(':')[^1]);

        var (client, _) = await ConnectAsync(fake, $"tcp:{host}:{port}");
        await using var closed = client;

        // proc_net_tcp(5): local and remote address, state 01 (established), queues, and the timer: 02 is that of keep-alive.
        string[] lines = [.. File.ReadLines("/proc/net/tcp"), .. File.ReadLines("/proc/net/tcp6")];
        var line = Assert.Single(lines.Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)), fields =>
            fields[2].EndsWith($":{port:X4}", StringComparison.Ordinal) && fields[3] == "01");
        Assert.StartsWith("02:", line[5], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_told_from_a_file_that_is_no_socket_and_from_a_closed_port()
    {
        using var port = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        port.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, so that nobody else takes it, and not listening

        await AssertNothingThereAsync($"unix:{SocketPath}");
        await File.WriteAllTextAsync(SocketPath, "");
        await AssertNothingThereAsync($"unix:{SocketPath}");
        await AssertNothingThereAsync($"tcp:127.0.0.1:{((IPEndPoint)port.LocalEndPoint!).Port}");

        static async Task AssertNothingThereAsync(string endpoint) => Assert.Equal(
            QmpConnectFailure.NothingThere,
            (await Assert.ThrowsAsync<QmpConnectException>(() => QmpClient.ConnectAsync(QmpEndpoint.Parse(endpoint)))).Failure);
    }

    [Theory]
    [InlineData(true, "connection reset by QEMU")]
    [InlineData(false, "QEMU closed the connection")]
    public async Task The_end_of_a_connection_is_told_in_words_about_QEMU(bool reset, string reason)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var connecting = QmpClient.ConnectAsync(QmpEndpoint.Parse($"tcp:127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}"));
        using var qemu = await listener.AcceptAsync();
        await qemu.SendAsync("""{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": ""}, "capabilities": []}}"""u8.ToArray());
        var command = new byte[4096];
        var length = await qemu.ReceiveAsync(command);
        var id = System.Text.Json.JsonElement.Parse(command.AsSpan(0, length)).GetProperty("id").GetRawText();
        await qemu.SendAsync(System.Text.Encoding.UTF8.GetBytes($$"""{"return": {}, "id": {{id}}}"""));
        await using var client = await connecting;

        if (reset)
        {
            qemu.LingerState = new LingerOption(true, 0);
        }

        qemu.Close();

        Assert.Equal(reason, await client.Completion);
    }

    [Fact]
    public async Task A_socket_that_is_missing_is_told_in_words_that_point_at_the_file()
    {
        var failed = await Assert.ThrowsAsync<QmpConnectException>(() => QmpClient.ConnectAsync(QmpEndpoint.Parse($"unix:{SocketPath}")));

        Assert.Equal("no such file", failed.Message);
    }

    [Fact]
    public async Task The_peer_is_the_same_for_a_reconnect_by_whatever_path_and_another_after_the_socket_was_bound_anew()
    {
        using var before = FakeQemu.OnUnix(SocketPath);
        var first = await PeerAsync(before, before.Endpoint);
        Assert.Equal(first, await PeerAsync(before, before.Endpoint));

        // As a container's socket is seen from outside: QEMU's name for it is not ours.
        File.Move(SocketPath, SocketPath + ".old");
        Assert.Equal(first, await PeerAsync(before, $"unix:{SocketPath}.old"));

        using var after = FakeQemu.OnUnix(SocketPath);
        Assert.NotEqual(first, await PeerAsync(after, after.Endpoint));
    }

    [Fact]
    public async Task What_QEMU_said_last_is_read_although_a_write_found_the_socket_closed()
    {
        using var fake = FakeQemu.OnUnix(SocketPath);
        var (client, qemu) = await ConnectAsync(fake);
        await using var _ = client;
        using var reading = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        onEvent = () =>
        {
            reading.Release();
            goOn.Wait();
        };
        var quit = client.ExecuteAsync(new QmpCommand("quit"));
        var command = await qemu.ReceiveAsync("quit");
        await qemu.EventAsync("STOP");
        await reading.WaitAsync();

        await qemu.EventAsync("SHUTDOWN");
        await qemu.ReturnAsync(command);
        qemu.Close();
        var failing = client.ExecuteAsync(new QmpCommand("query-status"));
        goOn.Release(2);

        await quit;
        Assert.True((await Assert.ThrowsAsync<QmpDisconnectedException>(() => failing)).Sent);
        Assert.Equal(["STOP", "SHUTDOWN"], events);
        Assert.Contains("QEMU closed the connection", await client.Completion, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposal_ends_a_write_that_QEMU_does_not_read_and_may_be_asked_for_twice(bool tcp)
    {
        using var listener = tcp
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(tcp ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        var connecting = QmpClient.ConnectAsync(QmpEndpoint.Parse(tcp ? $"tcp:{listener.LocalEndPoint}" : $"unix:{SocketPath}"));
        using var qemu = await listener.AcceptAsync();
        await SendAsync("""{"QMP": {"version": {"qemu": {"major": 10, "minor": 0, "micro": 0}}, "capabilities": []}}""");
        var heard = new byte[1000];
        using var negotiation = JsonDocument.Parse(heard.AsMemory(0, await qemu.ReceiveAsync(heard)));
        await SendAsync($$"""{"return": {}, "id": {{negotiation.RootElement.GetProperty("id").GetRawText()}}}""");
        var client = await connecting;
        var large = new JsonText(Encoding.UTF8.GetBytes($$"""{"a":"{{new string('x', 20 << 20)}}"}"""));
        var unread = client.ExecuteAsync(new QmpCommand("x", large));

        await client.DisposeAsync();
        await client.DisposeAsync();

        Assert.True((await Assert.ThrowsAsync<QmpDisconnectedException>(() => unread)).Sent);

        Task SendAsync(string text) => qemu.SendAsync(Encoding.UTF8.GetBytes(text));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<(QmpClient Client, FakeConnection Qemu)> ConnectAsync(FakeQemu fake, string? endpoint = null)
    {
        var options = new QmpClientOptions
        {
            OnEvent = happened =>
            {
                events.Add(happened.Name);
                onEvent();
            },
        };
        var connecting = QmpClient.ConnectAsync(QmpEndpoint.Parse(endpoint ?? fake.Endpoint), options);
        var qemu = await fake.AcceptAsync();
        await qemu.HandshakeAsync();
        return (await connecting, qemu);
    }

    private async Task<string?> PeerAsync(FakeQemu fake, string endpoint)
    {
        var (client, _) = await ConnectAsync(fake, endpoint);
        await client.DisposeAsync();
        return client.Peer;
    }

    private async Task AssertTalksAsync(QmpClient client, FakeConnection qemu)
    {
        var call = client.ExecuteAsync(new QmpCommand("query-status"));
        var command = await qemu.ReceiveAsync("query-status");
        await qemu.EventAsync("STOP");
        await qemu.ReturnAsync(command, "1");

        Assert.Equal("1", (await call).ToString());
        Assert.Equal(["STOP"], events);
        await client.DisposeAsync();
        await qemu.Closed;
    }
}
