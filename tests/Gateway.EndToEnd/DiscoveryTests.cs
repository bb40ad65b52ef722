using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>VMs that come and go with their socket's file.</summary>
public sealed class DiscoveryTests
{
    [Fact]
    public async Task A_VM_appears_with_its_socket_and_goes_with_it()
    {
        var directory = Directory.CreateTempSubdirectory("sockets-");
        try
        {
            await using var gateway = await RealGateway.StartAsync($"--Gateway:Discovery:Paths:0={directory.FullName}/later");
            directory.CreateSubdirectory("later");
            await using var qemu = await RealQemu.StartAsync(new()
            {
                Guest = Guests.Idle,
                Arguments = ["-qmp", $"unix:{directory.FullName}/later/web1.qmp,server=on,wait=off"],
            });

            Assert.Equal("discovery", (await gateway.EventAsync("web1", "VM_ADDED")).Data().GetProperty("source").GetString());
            (await gateway.GetAsync("/vms/web1/status?until=running&timeout=20")).Json();
            (await gateway.PutAsync("/vms/web1", $$"""{"endpoint":"{{qemu.Endpoint}}"}""")).Problem(409, "vm-owned");
            (await gateway.DeleteAsync("/vms/web1")).Problem(409, "vm-owned");

            Assert.Equal("SHUTDOWN", (await gateway.PostAsync("/quit?wait=20")).Json().Name());

            Same.Json("""{"source":"discovery","who":"discovery"}""", (await gateway.EventAsync("web1", "VM_REMOVED")).Data());
            (await gateway.GetAsync("/vms/web1")).Problem(404, "vm-not-found");
            (await gateway.GetAsync("/status")).Problem(404, "vm-not-found");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_socket_that_a_killed_QEMU_left_behind_stays_as_a_VM_that_is_not_there()
    {
        var directory = Directory.CreateTempSubdirectory("sockets-");
        try
        {
            var socket = Path.Combine(directory.FullName, "web1.qmp");
            string[] monitor = ["-qmp", $"unix:{socket},server=on,wait=off"];
            await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle, Arguments = monitor });
            await using var gateway = await RealGateway.StartAsync($"--Gateway:Discovery:Paths:0={directory.FullName}");
            await gateway.WaitForConnectionAsync("web1", "connected");

            qemu.Signal(QemuSignal.Kill);
            await gateway.WaitForConnectionAsync("web1", "no-socket");
            File.Delete(socket);

            await gateway.EventAsync("web1", "VM_REMOVED");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
