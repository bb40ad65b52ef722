using System.Text.Json;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The cause of a status is what led to it, not an older command of the gateway.</summary>
public sealed class CauseTests(SharedGateway shared)
{
    private static readonly string[] RecurringError =
    [
        "-blockdev", "driver=null-co,node-name=zeroes,size=1048576,read-zeroes=on",
        "-blockdev", "driver=blkdebug,node-name=bad,image=zeroes,"
            + "inject-error.0.event=none,inject-error.0.iotype=read,inject-error.0.sector=1,inject-error.0.once=off",
        "-device", "virtio-blk,drive=bad,rerror=stop",
    ];

    [Fact]
    public async Task Commands_without_effect_explain_nothing_later()
    {
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, new() { Guest = Guests.Idle, Paused = true });
        (await vm.PostAsync("/reset")).NoContent();
        (await vm.PostAsync("/stop")).NoContent();
        await vm.Qemu.Side.ExecuteAsync("cont");
        Assert.Equal("RESUME", Event(await ChangedAsync(vm, "running")));
        (await vm.PostAsync("/cont")).NoContent();
        await vm.Qemu.Side.ExecuteAsync("stop");
        Assert.Equal("STOP", Event(await ChangedAsync(vm, "paused")));
    }

    [Fact]
    public async Task An_error_that_recurs_at_once_is_the_cause()
    {
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, new() { Guest = Guests.ReadsSecondDisk, Paused = true, Arguments = RecurringError });
        await vm.ContinueAsync();
        var first = await ChangedAsync(vm, "io-error");
        Assert.Equal("BLOCK_IO_ERROR", Event(first));
        (await vm.PostAsync("/cont")).NoContent();
        await Poll.UntilAsync(
            async () => $"{Id((await vm.GetAsync("")).Json().GetProperty("statusCause")) != Id(first.Data().GetProperty("cause"))}", $"{true}");
        var errors = await vm.Gateway.EventsAsync($"vm={vm.Id}&event=BLOCK_IO_ERROR");
        var cause = (await vm.GetAsync("")).Json().GetProperty("statusCause");
        Assert.Equal(errors[^1].GetProperty("id").GetString(), Id(cause));
        var changes = await vm.Gateway.EventsAsync($"vm={vm.Id}&event=VM_STATUS_CHANGED");
        Same.Json(cause, changes[^1].Data().GetProperty("cause"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_migration_is_named_by_the_command_that_started_it(bool isOthers)
    {
        await using var gateway = await RealGateway.StartAsync("--Gateway:CommandPolicy:Rules:m:Command=migrate", "--Gateway:CommandPolicy:Rules:m:Effect=allow");
        await using var vm = await WatchedVm.StartAsync(gateway, new() { Guest = Guests.Idle });
        if (isOthers)
        {
            (await vm.PostAsync("/qmp", """{"execute":"migrate","arguments":{"uri":"unix:/nowhere/at/all"}}""")).Json();
            // The gateway asks every second whether it failed.
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            await vm.Qemu.Side.ExecuteAsync("migrate", new { uri = "exec:cat >/dev/null" });
        }
        else
        {
            (await vm.PostAsync("/qmp", """{"execute":"migrate","arguments":{"uri":"exec:cat >/dev/null"}}""")).Json();
        }

        var cause = (await ChangedAsync(vm, "postmigrate")).Data().GetProperty("cause");
        if (isOthers)
        {
            Assert.False(cause.ValueKind == JsonValueKind.Object && cause.TryGetProperty("command", out _), cause.GetRawText());
        }
        else
        {
            Same.Json("""{"command":"migrate","who":"anonymous"}""", cause);
        }
    }

    [Fact]
    public async Task A_stopped_process_is_stuck_until_it_goes_on()
    {
        await using var gateway = await RealGateway.StartAsync("--Gateway:Qmp:CommandTimeout=00:00:01");
        await using var vm = await WatchedVm.StartAsync(gateway, new() { Guest = Guests.Idle });
        vm.Qemu.Signal(QemuSignal.Stop);
        await gateway.WaitForConnectionAsync(vm.Id, "stuck");
        var stuck = await vm.EventAsync("VM_CONNECTION_CHANGED", "data.state=stuck");
        Assert.Equal("connected", stuck.Data().GetProperty("previous").GetString());
        vm.Qemu.Signal(QemuSignal.Continue);
        await vm.EventAsync("VM_CONNECTION_CHANGED", "data.state=connected");
        await gateway.WaitForConnectionAsync(vm.Id, "connected");
        Assert.Empty(await gateway.EventsAsync($"vm={vm.Id}&event=VM_DISCONNECTED"));
    }

    private static Task<JsonElement> ChangedAsync(WatchedVm vm, string state) => vm.EventAsync("VM_STATUS_CHANGED", $"data.status.status={state}");

    private static string? Event(JsonElement changed) => changed.Data().GetProperty("cause").GetProperty("event").GetString();

    private static string? Id(JsonElement cause) => cause.GetProperty("id").GetString();
}
