using System.Net;
using System.Net.Sockets;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>What the other tests rely on when they start, hang, kill and replace a QEMU.</summary>
public sealed class RealQemuTests
{
    [Fact]
    public async Task It_listens_on_a_unix_socket()
    {
        await using var qemu = await RealQemu.StartAsync(new());

        Assert.StartsWith("""{"QMP":""", await GreetingAsync(new UnixDomainSocketEndPoint(qemu.SocketPath)), StringComparison.Ordinal);
        Assert.Equal($"unix:{qemu.SocketPath}", qemu.Endpoint);
    }

    [Fact]
    public async Task It_listens_on_a_port_that_a_restart_keeps()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Tcp = true });
        var endpoint = qemu.Endpoint;
        await qemu.RestartAsync();

        Assert.StartsWith("tcp:127.0.0.1:", endpoint, StringComparison.Ordinal);
        Assert.Equal(endpoint, qemu.Endpoint);
        Assert.StartsWith("""{"QMP":""", await GreetingAsync(IPEndPoint.Parse(endpoint["tcp:".Length..])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_is_another_process_on_the_same_socket()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        var before = qemu.ProcessId;

        await qemu.RestartAsync();

        Assert.NotEqual(before, qemu.ProcessId);
        Assert.StartsWith("""{"QMP":""", await GreetingAsync(new UnixDomainSocketEndPoint(qemu.SocketPath)), StringComparison.Ordinal);
        await qemu.WaitForMarksAsync("R");
    }

    [Fact]
    public async Task A_stopped_process_accepts_and_greets_when_it_goes_on()
    {
        await using var qemu = await RealQemu.StartAsync(new());
        qemu.Signal(QemuSignal.Stop);

        using var socket = await ConnectAsync(new UnixDomainSocketEndPoint(qemu.SocketPath));
        qemu.Signal(QemuSignal.Continue);

        Assert.StartsWith("""{"QMP":""", await GreetingAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_QEMU_that_does_not_start_says_why()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            RealQemu.StartAsync(new() { Arguments = ["-device", "no-such-device"] }));

        Assert.Contains("'no-such-device' is not a valid device model name", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_ends_the_process_and_leaves_no_file()
    {
        var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        var socket = qemu.SocketPath;
        await qemu.DisposeAsync();

        Assert.True(qemu.HasExited);
        Assert.False(Directory.Exists(Path.GetDirectoryName(socket)));
    }

    private static async Task<string?> GreetingAsync(EndPoint endpoint)
    {
        using var socket = await ConnectAsync(endpoint);
        return await GreetingAsync(socket);
    }

    private static async Task<Socket> ConnectAsync(EndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(endpoint, TestContext.Current.CancellationToken).AsTask().WaitAsync(RealQemu.Patience);
        return socket;
    }

    private static async Task<string?> GreetingAsync(Socket socket)
    {
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(RealQemu.Patience);
    }
}
