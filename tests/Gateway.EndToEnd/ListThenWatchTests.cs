using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>
/// A list and the events after its cursor lead to what the next list shows, over kill -9 of the gateway and whatever QEMU does meanwhile.
/// </summary>
public sealed class ListThenWatchTests
{
    public static TheoryData<bool, string> Cases => new(
        from tcp in (bool[])[false, true]
        from what in (string[])["nothing", "is killed", "quits", "restarts", "pauses", "quits before", "is paused before"]
        select (tcp, what));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_list_and_its_events_lead_to_the_next_list(bool tcp, string what)
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle, Tcp = tcp });
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));
        (await gateway.GetAsync("/vms/x/status?until=running")).Json();
        var list = (await gateway.GetAsync("/vms")).Json();
        if (what == "is paused before")
        {
            (await gateway.PostAsync("/vms/x/stop?wait=20")).Json();
            await gateway.EventAsync("x", "VM_STATUS_CHANGED", "data.status.status=paused");
        }

        if (what == "quits before")
        {
            (await gateway.PostAsync("/vms/x/quit")).NoContent();
            await gateway.EventAsync("x", "VM_ENDED");
        }

        var changes = (await gateway.EventsAsync("vm=x&event=VM_STATUS_CHANGED")).Count;
        await gateway.KillAsync();
        await DoAsync(qemu, what);
        await gateway.RestartAsync();
        await gateway.WaitForConnectionAsync("x", IsGone(what) ? "no-socket" : "connected");
        await (what switch
        {
            "pauses" => gateway.GetAsync("/vms/x/status?until=paused"),
            "restarts" => gateway.GetAsync("/vms/x/status?until=running"),
            _ => Task.CompletedTask,
        });

        var next = (await gateway.GetAsync("/vms")).Json();
        var events = (await gateway.EventsAsync("vm=x")).Where(e => long.Parse(e.Id()) > long.Parse(list.GetProperty("cursor").GetString()!)).ToArray();
        Assert.Equal(Shown(Vm(next)), Shown(Follow(Vm(list), events)));
        if (what is "nothing" or "is paused before")
        {
            // A state that did not change is not told again.
            Assert.Equal(changes, (await gateway.EventsAsync("vm=x&event=VM_STATUS_CHANGED")).Count);
        }

        if (IsGone(what) && !tcp)
        {
            Assert.Single(events, static e => e.Name() == "VM_ENDED");
        }
    }

    [Fact]
    public async Task A_discovered_VM_whose_socket_went_meanwhile_is_told_as_ended_and_removed()
    {
        var directory = Directory.CreateTempSubdirectory("sockets-");
        try
        {
            await using var qemu = await RealQemu.StartAsync(new() { Machine = "none", Arguments = ["-qmp", $"unix:{directory.FullName}/x.qmp,server=on,wait=off"] });
            await using var gateway = await RealGateway.StartAsync($"--Gateway:Discovery:Paths:0={directory.FullName}");
            await gateway.EventAsync("x", "VM_STATUS_CHANGED");
            await gateway.KillAsync();
            await QuitAsync(qemu);
            await gateway.RestartAsync();
            await gateway.EventAsync("x", "VM_REMOVED");
            Assert.Equal(["VM_DISCONNECTED", "VM_ENDED", "VM_REMOVED"], (await gateway.EventsAsync("vm=x")).Select(History.Name).Where(static n => n != "VM_CONNECTION_CHANGED").TakeLast(3));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static bool IsGone(string what) => what is "is killed" or "quits" or "quits before";

    private static async Task DoAsync(RealQemu qemu, string what)
    {
        switch (what)
        {
            case "is killed":
                qemu.Signal(QemuSignal.Kill);
                await qemu.WaitForExitAsync();
                break;
            case "quits":
                await QuitAsync(qemu);
                break;
            case "restarts":
                await qemu.RestartAsync();
                break;
            case "pauses":
                await qemu.Side.ExecuteAsync("stop");
                break;
        }
    }

    private static async Task QuitAsync(RealQemu qemu)
    {
        qemu.Signal(QemuSignal.Terminate);
        await qemu.WaitForExitAsync();
    }

    private static JsonObject Vm(JsonElement list) => JsonNode.Parse(Assert.Single(list.GetProperty("items").EnumerateArray()).GetRawText())!.AsObject();

    /// <summary>What a client makes of the events.</summary>
    private static JsonObject Follow(JsonObject vm, IEnumerable<JsonElement> events)
    {
        foreach (var told in events)
        {
            var data = JsonNode.Parse(told.Data().GetRawText())!.AsObject();
            switch (told.Name())
            {
                case "VM_CONNECTED":
                    (vm["connection"]!["state"], vm["qemu"], vm["run"], vm["ended"]) = ("connected", Take("qemu"), Take("run"), null);
                    break;
                case "VM_DISCONNECTED":
                    vm["connection"]!["state"] = "disconnected";
                    break;
                case "VM_CONNECTION_CHANGED":
                    vm["connection"]!["state"] = Take("state");
                    break;
                case "VM_STATUS_CHANGED":
                    (vm["status"], vm["statusCause"]) = (Take("status"), Take("cause"));
                    break;
                case "VM_ENDED":
                    (vm["ended"], vm["status"], vm["statusCause"]) = (data.DeepClone(), null, null);
                    break;
            }

            JsonNode? Take(string name) => data[name]?.DeepClone();
        }

        return vm;
    }

    private static string Shown(JsonObject vm) => string.Join('\n', ((string[])["status", "statusCause", "ended", "run", "qemu"])
        .Select(name => $"{name}: {vm[name]?.ToJsonString()}").Append($"connection: {vm["connection"]!["state"]}"));
}
