using System.Diagnostics;
using System.Text.Json;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>A QEMU that dies is told of at once, and found again at once when another takes its place.</summary>
public sealed class LostQemuTests(SharedGateway shared)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_killed_QEMU_is_unreachable_and_its_successor_is_another_run(bool tcp)
    {
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, new() { Guest = Guests.Idle, Tcp = tcp });
        var before = (await vm.GetAsync("")).Json();
        vm.Qemu.Signal(QemuSignal.Kill);
        await vm.EventAsync("VM_DISCONNECTED");

        var asked = Stopwatch.GetTimestamp();
        var unreachable = await vm.PostAsync("/stop");

        Assert.Equal("not-sent", unreachable.Problem(503, "vm-unreachable").GetProperty("outcome").GetString());
        Assert.NotEmpty(unreachable.Headers["Retry-After"]);
        Assert.True(Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(1));
        await vm.Gateway.WaitForConnectionAsync(vm.Id, "no-socket");
        var lost = (await vm.GetAsync("")).Json();
        AssertLost(before, lost, tcp);

        await vm.Qemu.RestartAsync();

        var connected = await vm.EventAsync("VM_CONNECTED", $"after={lost.GetProperty("cursor").GetString()}");
        Assert.True(connected.Data().GetProperty("resumed").GetBoolean());
        var oldRun = before.GetProperty("run").GetString()!;
        Assert.NotEqual(oldRun, (await vm.GetAsync("")).Json().GetProperty("run").GetString());
        await AssertWritesNeedTheRunAsync(vm, oldRun);
    }

    [Fact]
    public async Task A_QEMU_that_comes_back_after_long_is_found_by_its_socket_file_within_a_second()
    {
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, new() { Guest = Guests.Idle });
        vm.Qemu.Signal(QemuSignal.Kill);
        await vm.EventAsync("VM_DISCONNECTED");
        await Poll.UntilAsync(async () => await AttemptsAsync(vm) >= 7 ? "rare" : "often", "rare");
        var waiting = vm.GetAsync("/status?until=running&timeout=20");

        await vm.Qemu.RestartAsync();

        var there = Stopwatch.GetTimestamp();
        (await waiting).Json();
        Assert.InRange(Stopwatch.GetElapsedTime(there), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_wait_ends_when_its_VM_goes_and_when_its_time_is_up()
    {
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, new() { Guest = Guests.Idle });
        (await vm.PostAsync("/powerdown?wait=1")).Problem(504, "wait-timed-out");
        var cursor = (await vm.GetAsync("")).Json().GetProperty("cursor").GetString();

        var waiting = vm.PostAsync("/powerdown?wait=60");
        await vm.EventAsync("POWERDOWN", $"after={cursor}");
        vm.Qemu.Signal(QemuSignal.Kill);

        (await waiting).Problem(503, "wait-aborted");
    }

    /// <summary>Only a Unix socket that nobody serves any more tells that the run is over.</summary>
    private static void AssertLost(JsonElement before, JsonElement lost, bool tcp)
    {
        if (tcp)
        {
            Assert.Equal(JsonValueKind.Null, lost.GetProperty("ended").ValueKind);
            Same.Json(before.GetProperty("status"), lost.GetProperty("status"));
            return;
        }

        var ended = lost.GetProperty("ended");
        Assert.All((string[])["reason", "guest", "cause"], name => Assert.Equal(JsonValueKind.Null, ended.GetProperty(name).ValueKind));
        Assert.Equal(JsonValueKind.Null, lost.GetProperty("status").ValueKind);
    }

    private static async Task AssertWritesNeedTheRunAsync(WatchedVm vm, string oldRun)
    {
        var changed = await vm.Gateway.PostAsync($"/vms/{vm.Id}/stop", run: oldRun);
        Assert.Equal("not-sent", changed.Problem(412, "run-changed").GetProperty("outcome").GetString());
        Assert.Equal("running", await vm.Qemu.Side.StatusAsync());
        Assert.DoesNotContain("STOP", vm.Qemu.Side.Seen);

        var tag = (await vm.GetAsync("")).Headers["ETag"].Single();
        (await vm.Gateway.PostAsync($"/vms/{vm.Id}/stop", run: tag.Trim('"'))).NoContent();
        Assert.Equal("paused", await vm.Qemu.Side.StatusAsync());
    }

    private static async Task<int> AttemptsAsync(WatchedVm vm) =>
        (await vm.GetAsync("")).Json().GetProperty("connection").GetProperty("attempts").GetInt32();
}
