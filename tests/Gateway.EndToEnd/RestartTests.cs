using System.Text.Json;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>What the gateway knows after it was ended and started again.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task VMs_of_the_API_and_their_runs_survive_a_restart()
    {
        await using var unix = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        await using var tcp = await RealQemu.StartAsync(new() { Guest = Guests.Idle, Tcp = true });
        await using var gateway = await RealGateway.StartAsync();
        (await gateway.PutAsync("/vms/unix", $$$"""{"endpoint":"{{{unix.Endpoint}}}","labels":{"rack":"a"}}""")).Json();
        (await gateway.PutAsync("/vms/tcp", $$"""{"endpoint":"{{tcp.Endpoint}}"}""")).Json();
        (await gateway.GetAsync("/vms/unix/status?until=running")).Json();
        (await gateway.GetAsync("/vms/tcp/status?until=running")).Json();
        var before = await ShownAsync(gateway);
        var events = await gateway.EventsAsync("vm=*");

        Assert.Equal(0, await gateway.TerminateAsync());
        await gateway.RestartAsync();

        (await gateway.GetAsync("/vms/unix/status?until=running")).Json();
        (await gateway.GetAsync("/vms/tcp/status?until=running")).Json();
        Assert.Equal(before, await ShownAsync(gateway));
        var after = await gateway.EventsAsync("vm=*");
        Assert.Equal(events.Select(Same.Text), after.Take(events.Count).Select(Same.Text));
        Assert.DoesNotContain("VM_ADDED", after.Skip(events.Count).Select(History.Name));
        var connected = after.Skip(events.Count).Where(static e => e.Name() == "VM_CONNECTED").ToArray();
        Assert.Equal(2, connected.Length);
        Assert.All(connected, static e => Assert.True(e.Data().GetProperty("resumed").GetBoolean()));
    }

    [Fact]
    public async Task A_VM_that_was_deleted_stays_so_and_its_events_stay_too()
    {
        await using var gateway = await RealGateway.StartAsync();
        (await gateway.PutAsync("/vms/x", """{"endpoint":"unix:/nowhere/at/all"}""")).Json();
        (await gateway.DeleteAsync("/vms/x")).NoContent();

        await gateway.KillAsync();
        await gateway.RestartAsync();

        (await gateway.GetAsync("/vms/x")).Problem(404, "vm-not-found");
        // Whether the first attempt to connect failed before it was deleted is a matter of a moment.
        Assert.Equal(["VM_ADDED", "VM_REMOVED"], (await gateway.EventsAsync("vm=x")).Select(History.Name).Where(static name => name != "VM_CONNECTION_CHANGED"));
    }

    /// <summary>What of the list is the same as long as the VMs are.</summary>
    private static async Task<string> ShownAsync(RealGateway gateway)
    {
        string[] members = ["id", "endpoint", "source", "labels", "status", "run", "qemu"];
        var items = (await gateway.GetAsync("/vms")).Json().GetProperty("items").EnumerateArray();
        return string.Join('\n', items.Select(vm => string.Join(' ', members.Where(name => IsKept(vm, name)).Select(name => JsonSerializer.Serialize(vm.GetProperty(name))))));
    }

    // Over TCP nothing proves that it is the same run.
    private static bool IsKept(JsonElement vm, string name) =>
        name != "run" || vm.GetProperty("endpoint").GetString()!.StartsWith("unix:", StringComparison.Ordinal);
}
