using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>A QEMU that is there but does not answer holds up nobody but who asks it.</summary>
public sealed class HungQemuTests
{
    private const string ShortTime = "--Gateway:Qmp:CommandTimeout=00:00:02";

    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_stopped_process_costs_who_asks_it_the_commands_time_and_tells_late_what_became_of_it()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        await using var other = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        await using var gateway = await RealGateway.StartAsync(
            ShortTime, RealGateway.Vm("hung", qemu.Endpoint), RealGateway.Vm("other", other.Endpoint));
        await gateway.EventAsync("hung", "VM_CONNECTED");
        await gateway.EventAsync("other", "VM_CONNECTED");
        qemu.Signal(QemuSignal.Stop);

        var asking = TimedAsync(() => gateway.GetAsync("/vms/hung/status"));
        var stopping = TimedAsync(() => gateway.PostAsync("/vms/hung/stop"));
        var (list, listTime) = await TimedAsync(() => gateway.GetAsync("/vms"));
        var (fine, fineTime) = await TimedAsync(() => gateway.GetAsync("/vms/other/status"));
        var (status, statusTime) = await asking;
        var (stop, _) = await stopping;

        Assert.Equal("running", list.Json().GetProperty("items")[0].GetProperty("status").GetProperty("status").GetString());
        Assert.Equal("running", fine.Json().GetProperty("status").GetString());
        Assert.InRange(listTime + fineTime, TimeSpan.Zero, AtOnce);
        status.Problem(504, "timed-out");
        Assert.InRange(statusTime, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(4));
        Assert.Equal("stop", stop.Problem(504, "timed-out").GetProperty("command").GetString());
        Assert.Equal("unknown", stop.Problem(504, "timed-out").GetProperty("outcome").GetString());

        qemu.Signal(QemuSignal.Continue);

        var late = (await gateway.EventAsync("hung", "COMMAND_FINISHED_LATE", "data.command=stop")).Data();
        Assert.Equal("done", late.GetProperty("outcome").GetString());
        Assert.Equal("anonymous", late.GetProperty("who").GetString());
        Assert.Equal(stop.Problem(504, "timed-out").GetProperty("traceId").GetString(), late.GetProperty("traceId").GetString());
        Assert.Equal("paused", (await gateway.GetAsync("/vms/hung/status")).Json().GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_gateway_that_finds_a_stopped_process_shows_it_as_busy_and_connects_when_it_goes_on()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        qemu.Signal(QemuSignal.Stop);
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));

        await gateway.WaitForConnectionAsync("x", "busy");
        (await gateway.GetAsync("/vms/x/status")).Problem(503, "vm-unreachable");
        qemu.Signal(QemuSignal.Continue);

        await gateway.WaitForConnectionAsync("x", "connected");
    }

    [Fact]
    public async Task A_monitor_that_another_client_holds_is_busy_until_it_lets_go()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        using var holder = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await holder.ConnectAsync(new UnixDomainSocketEndPoint(qemu.SocketPath), TestContext.Current.CancellationToken);
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));

        await gateway.WaitForConnectionAsync("x", "busy");
        holder.Close();

        await gateway.WaitForConnectionAsync("x", "connected");
        Assert.Equal("running", (await gateway.GetAsync("/status")).Json().GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_main_loop_that_hangs_is_stuck_until_it_runs_again()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        var port = ((IPEndPoint)silent.LocalEndPoint!).Port.ToString();
        var server = new Dictionary<string, string> { ["type"] = "inet", ["host"] = "127.0.0.1", ["port"] = port };
        var device = new Dictionary<string, object> { ["driver"] = "nbd", ["node-name"] = "n", ["server"] = server };
        var adding = qemu.Side.ExecuteAsync("blockdev-add", device);
        var accepted = await silent.AcceptAsync(TestContext.Current.CancellationToken);
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));

        await gateway.WaitForConnectionAsync("x", "stuck");
        accepted.Dispose();

        await Assert.ThrowsAsync<InvalidOperationException>(() => adding);
        await gateway.WaitForConnectionAsync("x", "connected");
    }

    private static async Task<(Answer Answer, TimeSpan Time)> TimedAsync(Func<Task<Answer>> ask)
    {
        var begun = Stopwatch.GetTimestamp();
        var answer = await ask();
        return (answer, Stopwatch.GetElapsedTime(begun));
    }
}
