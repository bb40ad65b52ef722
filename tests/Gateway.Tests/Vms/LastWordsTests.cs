using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Vms;

/// <summary>A discovered VM goes with its socket, after its QEMU's last words.</summary>
public sealed class LastWordsTests : IDisposable
{
    private readonly string directory = GatewayHost.NewDirectory();

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task What_QEMU_says_after_it_removed_its_socket_is_journalled_and_answered()
    {
        using var vm = FakeVm.OnUnix(PathOf("web1"));
        await using var host = await StartAsync();
        vm.Hang("quit");
        var quit = host.PostAsync("/vms/web1/quit");
        var received = await vm.ReceivedAsync("quit");
        await SeeGoneAsync(host, "web1");

        await vm.EventAsync("GUEST_PANICKED", """{"action": "poweroff"}""");
        await vm.EventAsync("SHUTDOWN", """{"guest": true, "reason": "guest-panic"}""");
        await vm.ReturnAsync(received);
        vm.HangUp();

        (await quit).NoContent();
        await host.EventAsync("web1", "VM_REMOVED");
        Assert.Equal(["GUEST_PANICKED", "SHUTDOWN", "VM_DISCONNECTED", "VM_ENDED", "VM_REMOVED"], (await NamesAsync(host))[^5..]);
        Assert.False(host.Vms.TryGet("web1", out _));
    }

    [Fact]
    public async Task A_QEMU_that_ends_without_a_word_is_told_as_ended_too()
    {
        using var vm = FakeVm.OnUnix(PathOf("web1"));
        await using var host = await StartAsync();
        await SeeGoneAsync(host, "web1");
        vm.HangUp();
        await host.EventAsync("web1", "VM_REMOVED");
        Assert.Equal(["VM_DISCONNECTED", "VM_ENDED", "VM_REMOVED"], (await NamesAsync(host))[^3..]);
    }

    [Fact]
    public async Task One_that_lives_on_without_its_socket_is_hung_up_on_after_a_while()
    {
        using var vm = FakeVm.OnUnix(PathOf("web1"));
        await using var host = await StartAsync(new FakeTimeProvider());
        await SeeGoneAsync(host, "web1");
        await vm.EventAsync("RTC_CHANGE");
        await host.EventAsync("web1", "RTC_CHANGE");
        Assert.True(host.Vms.TryGet("web1", out _));
        host.Time!.Advance(TimeSpan.FromSeconds(5));
        await host.EventAsync("web1", "VM_REMOVED");
        Assert.Empty(await host.EventsAsync("web1", "VM_ENDED"));
    }

    [Fact]
    public async Task One_whose_socket_comes_back_stays()
    {
        using var vm = FakeVm.OnUnix(PathOf("web1"));
        await using var host = await StartAsync(new FakeTimeProvider());
        await SeeGoneAsync(host, "web1", moveTo: "aside");
        File.Move(Path.Combine(directory, "aside"), PathOf("web1"));
        using var marker = FakeVm.OnUnix(PathOf("marker2"));
        await host.EventAsync("marker2", "VM_ADDED");
        host.Time!.Advance(TimeSpan.FromSeconds(5));
        await host.EventAsync("web1", "VM_STATUS_CHANGED");
        await vm.EventAsync("RTC_CHANGE");
        await host.EventAsync("web1", "RTC_CHANGE");
        Assert.Empty(await host.EventsAsync("web1", "VM_REMOVED", "VM_DISCONNECTED"));
    }

    /// <summary>All events but those about a connection that is not there.</summary>
    private static async Task<string[]> NamesAsync(GatewayHost host) =>
        [.. (await host.EventsAsync("web1")).Select(static e => e.Text("event")!).Where(static name => name != "VM_CONNECTION_CHANGED")];

    private string PathOf(string vm) => Path.Combine(directory, $"{vm}.qmp");

    private async Task<GatewayHost> StartAsync(FakeTimeProvider? time = null)
    {
        var host = new GatewayHost { DialsSockets = true, Time = time };
        host.Set("Gateway:Discovery:Paths:0", directory);
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        return host;
    }

    /// <summary>Takes the socket away, and returns once discovery has seen that: a look that finds the marker does not find the socket.</summary>
    private async Task SeeGoneAsync(GatewayHost host, string vm, string? moveTo = null)
    {
        if (moveTo is null)
        {
            File.Delete(PathOf(vm));
        }
        else
        {
            File.Move(PathOf(vm), Path.Combine(directory, moveTo));
        }

        var marker = FakeVm.OnUnix(PathOf("marker"));
        await host.EventAsync("marker", "VM_ADDED");
        GC.KeepAlive(marker);
    }
}
