using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>
/// Clients that connect and say nothing cannot take all descriptors: the gateway lives, hears its QEMUs, also those that come anew, and serves
/// again as the clients go.
/// </summary>
public sealed class ConnectionFloodTests
{
    // One address of the loopback has some 28,000 ports to connect from.
    private const int PerSource = 20_000;

    /// <summary>Limits, each at most what the system lets a process have, and how many more clients come than get in.</summary>
    public static TheoryData<int, int> Limits => new(
        new (int Descriptors, int Beyond)[] { (1_024, 600), (4_096, 3_000), (20_000, 2_000), (65_536, 2_000) }
            .Select(static limit => (Math.Min(limit.Descriptors, Allowed.Value), limit.Beyond))
            .DistinctBy(static limit => limit.Item1));

    // A system that allows more than this process has (it takes a privilege) is asked for it.
    private static Lazy<int> Allowed { get; } = new(static () =>
        Prlimit("--nofile=65536:65536").Length == 0 ? 65_536 : int.Parse(Prlimit("--nofile", "--output=HARD", "--noheadings", "--raw"), CultureInfo.InvariantCulture));

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Idle_connections_leave_descriptors_for_everything_else(int descriptors, int beyond)
    {
        await using var qemu = new AnsweringQemu();
        using var directory = new TempMonitor();
        var metrics = FreePort();
        await using var gateway = await RealGateway.StartAsync(
            ["prlimit", $"--nofile={descriptors}:{descriptors}"],
            [
                RealGateway.Vm("x", qemu.Endpoint), RealGateway.Vm("later", $"unix:{directory.Path}/later.qmp"), $"--Gateway:Metrics:Urls=http://127.0.0.1:{metrics}",
                $"--Gateway:Vms:x:Monitor=unix:{directory.Path}/x.qmp",
            ]);
        await gateway.WaitForConnectionAsync("x", "connected");
        var clients = new List<Socket>();
        RealQemu? later = null;
        try
        {
            await FillAsync(clients, descriptors / 10, () => UnixAsync($"{directory.Path}/x.qmp"));
            await FillAsync(clients, descriptors / 10, () => TcpAsync(metrics, source: 9));
            await FillAsync(clients, (descriptors * 3 / 10) + beyond, () => TcpAsync(gateway.Address.Port, source: 10 + (clients.Count / PerSource)));

            // Nobody else gets in.
            Assert.Null(await HealthAsync(gateway));
            var held = Directory.GetFiles($"/proc/{gateway.ProcessId}/fd").Length;
            TestContext.Current.TestOutputHelper!.WriteLine($"{clients.Count} clients, {held} descriptors of {descriptors}");
            Assert.InRange(held, descriptors / 2, descriptors * 7 / 8);
            // QEMUs are heard, and one that comes only now is connected to.
            await qemu.EventAsync("STOP");
            later = await RealQemu.StartAsync(new() { Guest = Guests.Idle, Arguments = ["-qmp", $"unix:{directory.Path}/later.qmp,server=on,wait=off"] });
            await Poll.UntilAsync(() => Task.FromResult($"{gateway.Log.Contains("later is connected", StringComparison.Ordinal)}"), "True");
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }

        await Poll.UntilAsync(async () => $"{await HealthAsync(gateway)}", "OK");
        Assert.Equal("STOP", (await gateway.EventAsync("x", "STOP")).Name());
        await gateway.WaitForConnectionAsync("later", "connected");
        Assert.Matches("qmp_gateway_limit_refusals_total{[^}]*limit=\"connections\"[^}]*} [1-9]", await new HttpClient().GetStringAsync(new Uri($"http://127.0.0.1:{metrics}/metrics")));
        Assert.Equal(0, await gateway.TerminateAsync());
        await later.DisposeAsync();
    }

    [Fact]
    public async Task Monitors_that_never_greet_leave_descriptors_for_the_start()
    {
        using var directory = new TempMonitor();
        var silent = Enumerable.Range(0, 900).Select(i => Listen($"{directory.Path}/silent{i}.qmp")).ToList();
        try
        {
            await using var gateway = await RealGateway.StartAsync(["prlimit", "--nofile=1024:1024"], [$"--Gateway:Discovery:Paths:0={directory.Path}"]);
            Assert.Equal(HttpStatusCode.OK, await HealthAsync(gateway));
            Assert.Equal(0, await gateway.TerminateAsync());
        }
        finally
        {
            silent.ForEach(static socket => socket.Dispose());
        }
    }

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        return socket;
    }

    private static async Task FillAsync(List<Socket> clients, int count, Func<Task<Socket>> connect)
    {
        for (var i = 0; i < count; i++)
        {
            clients.Add(await connect());
        }
    }

    private static async Task<Socket> TcpAsync(int port, int source)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse($"127.0.1.{source}"), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    private static async Task<Socket> UnixAsync(string path)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
                return socket;
            }
            catch (SocketException full) when (full.SocketErrorCode == SocketError.WouldBlock)
            {
                // The queue is full: unlike TCP's, this one says so.
                socket.Dispose();
                await Task.Delay(1);
            }
        }
    }

    /// <summary>The answer to a new connection; null where it is closed.</summary>
    private static async Task<HttpStatusCode?> HealthAsync(RealGateway gateway)
    {
        using var client = new HttpClient { Timeout = RealQemu.Patience };
        try
        {
            return (await client.GetAsync(new Uri(gateway.Address, "/health/ready"))).StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Asks for this process's own limit, or raises it; what it says.</summary>
    private static string Prlimit(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("prlimit", [$"--pid={Environment.ProcessId}", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        return process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class TempMonitor : IDisposable
    {
        private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("flood-");

        public string Path => directory.FullName;

        public void Dispose() => directory.Delete(recursive: true);
    }
}
