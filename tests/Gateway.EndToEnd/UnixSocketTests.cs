using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The sockets that the gateway makes are closed to other users, and outlive no gateway for long.</summary>
public sealed class UnixSocketTests : IDisposable
{
    private static readonly string[] WithoutMask = ["sh", "-c", "umask 0; exec \"$@\"", "sh"];

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("sockets-");

    private string Http => Path.Combine(directory.FullName, "http.sock");

    private string Monitor => Path.Combine(directory.FullName, "x.qmp");

    private string[] Arguments => [$"--urls=http://127.0.0.1:0;http://unix:{Http}", RealGateway.Vm("x", "unix:/nowhere/x.qmp"), $"--Gateway:Vms:x:Monitor=unix:{Monitor}"];

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Nobody_else_can_connect_whatever_the_umask()
    {
        await using var gateway = await RealGateway.StartAsync(WithoutMask, Arguments);
        Assert.Equal(("600", "600"), (await StatAsync("%a", Http), await StatAsync("%a", Monitor)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync());

        Assert.Equal(0, await gateway.TerminateAsync());
        Assert.Empty(directory.GetFiles());
    }

    [Fact]
    public async Task Mode_and_group_are_those_of_the_configuration()
    {
        var group = await OutputAsync("id", "-gn");
        await using var gateway = await RealGateway.StartAsync(WithoutMask, [.. Arguments, "--Gateway:Sockets:Mode=0660", $"--Gateway:Sockets:Group={group}"]);
        Assert.Equal(($"660 {group}", $"660 {group}"), (await StatAsync("%a %G", Http), await StatAsync("%a %G", Monitor)));
    }

    [Fact]
    public async Task Those_of_a_killed_gateway_do_not_stop_the_next()
    {
        await using var gateway = await RealGateway.StartAsync(Arguments);
        await gateway.KillAsync();
        Assert.True(File.Exists(Http) && File.Exists(Monitor));

        await gateway.RestartAsync();

        Assert.Equal(HttpStatusCode.OK, await AskAsync());
        await using var client = await RawMonitor.ConnectAsync(Monitor);
    }

    [Fact]
    public async Task Those_of_a_gateway_that_runs_or_hangs_stop_the_next()
    {
        await using var gateway = await RealGateway.StartAsync(Arguments);
        gateway.Send(QemuSignal.Stop);
        try
        {
            var exited = await Assert.ThrowsAsync<GatewayExitedException>(() => RealGateway.StartAsync($"--urls=http://unix:{Http}"));
            Assert.Equal(1, exited.ExitCode);
            Assert.Contains($"Urls: the socket '{Http}' cannot be created", exited.Log, StringComparison.Ordinal);
        }
        finally
        {
            gateway.Send(QemuSignal.Continue);
        }

        Assert.Equal(HttpStatusCode.OK, await AskAsync());
    }

    [Fact]
    public async Task A_QEMU_that_is_stopped_keeps_its_monitor()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        qemu.Signal(QemuSignal.Stop);

        var exited = await Assert.ThrowsAsync<GatewayExitedException>(() => RealGateway.StartAsync($"--urls=http://{qemu.Endpoint}"));

        Assert.Contains("another program is listening on it", exited.Log, StringComparison.Ordinal);
        qemu.Signal(QemuSignal.Continue);
        await using var monitor = await RawMonitor.ConnectAsync(qemu.Endpoint["unix:".Length..]);
        Assert.NotNull((await monitor.NextAsync())!["QMP"]);
    }

    private async Task<HttpStatusCode> AskAsync()
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Http), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var answer = await client.GetAsync("http://localhost/vms");
        return answer.StatusCode;
    }

    private static Task<string> StatAsync(string format, string path) => OutputAsync("stat", "-c", format, path);

    private static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        return (await process.StandardOutput.ReadToEndAsync()).Trim();
    }
}
