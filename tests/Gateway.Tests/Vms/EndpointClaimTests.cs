using System.Diagnostics;
using System.Net.Sockets;
using Gateway.Vms;
using Gateway.Vms.Endpoints;
using Gateway.Vms.Registry;
using Microsoft.Extensions.DependencyInjection;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Vms;

/// <summary>A monitor is one VM's alone, whatever leads to it and whenever.</summary>
public sealed class EndpointClaimTests : IDisposable
{
    private readonly string directory = GatewayHost.NewDirectory();

    private string Db => Path.Combine(directory, "db1.qmp");

    private string Web => Path.Combine(directory, "web-7.qmp");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_link_that_is_changed_afterwards_is_not_followed_to_another_VM(bool hard)
    {
        await using var host = await StartedAsync();
        (await PutAsync(host, "web-7", Web)).Ok(201);
        // QEMU restarts: its new socket waits for a client, and the gateway's session of db1 has not come yet.
        using var qemu = await ListeningAsync(Path.Combine(directory, "later"), host, "db1", Db, hard);
        await RefusedAsync(host, "web-7");
        await host.ConnectedAsync("db1");
        Assert.Equal(ConnectionState.NoSocket, host.Snapshot("web-7").Connection.State);
        Assert.Contains("another VM", host.Snapshot("web-7").Connection.Reason);
        Assert.Null(host.Snapshot("web-7").Run);
    }

    [Fact]
    public async Task A_hard_link_is_the_same_monitor()
    {
        await using var host = await StartedAsync();
        using var qemu = SimpleQemuAt(Db);
        await host.ConnectedAsync("db1");
        await LinkAsync(Db, Web);
        (await PutAsync(host, "web-7", Web)).Problem("endpoint-in-use", "/vms/web-7", ("vm", "web-7"));
        (await PutAsync(host, "web-7", "/proc/self/root" + Db)).Problem("endpoint-in-use", "/vms/web-7", ("vm", "web-7"));
    }

    [Fact]
    public async Task A_path_that_nothing_is_at_yet_is_the_same_through_links()
    {
        await using var host = await StartedAsync();
        Directory.CreateSymbolicLink(Path.Combine(directory, "alias"), directory);
        (await PutAsync(host, "web-7", Path.Combine(directory, "alias", "db1.qmp"))).Problem("endpoint-in-use", "/vms/web-7", ("vm", "web-7"));
        File.CreateSymbolicLink(Web, "db1.qmp");
        (await PutAsync(host, "web-7", Web)).Problem("endpoint-in-use", "/vms/web-7", ("vm", "web-7"));
    }

    [Fact]
    public async Task A_VM_of_the_configuration_takes_its_monitor_from_one_of_the_API()
    {
        await using var host = await StartedAsync();
        (await PutAsync(host, "web-7", Web)).Ok(201);
        using var qemu = SimpleQemuAt(Web);
        await host.ConnectedAsync("web-7");
        var registry = host.Services.GetRequiredService<VmRegistry>();
        await registry.ConfiguredAsync([Configured("db1", Db), Configured("new", Web)]);
        await host.ConnectedAsync("new");
        await RefusedAsync(host, "web-7");
        // It comes back when the other goes.
        await registry.ConfiguredAsync([Configured("db1", Db)]);
        await host.ConnectedAsync("web-7");
    }

    [Fact]
    public async Task Whoever_is_first_keeps_a_socket_of_a_watched_directory()
    {
        var watched = Directory.CreateDirectory(Path.Combine(directory, "watched")).FullName;
        await using var host = new GatewayHost { DialsSockets = true };
        host.Set("Gateway:Discovery:Paths:0", watched);
        await host.StartAsync();
        using var first = SimpleQemuAt(Path.Combine(watched, "found.qmp"));
        await host.EventuallyAsync(() => host.Vms.TryGet("found", out _), "found");
        (await PutAsync(host, "web-7", Path.Combine(watched, "found.qmp"))).Problem("endpoint-in-use", "/vms/web-7", ("vm", "web-7"));

        (await PutAsync(host, "web-8", Path.Combine(watched, "late.qmp"))).Ok(201);
        using var second = SimpleQemuAt(Path.Combine(watched, "late.qmp"));
        await host.ConnectedAsync("web-8");
        using var third = SimpleQemuAt(Path.Combine(watched, "seen.qmp"));
        await host.EventuallyAsync(() => host.Vms.TryGet("seen", out _), "seen");
        Assert.False(host.Vms.TryGet("late", out _));
        // When the API's VM goes, discovery has it.
        (await host.SendAsync("DELETE", "/vms/web-8")).NoContent();
        await host.EventuallyAsync(() => host.Vms.TryGet("late", out _), "late");

        var registry = host.Services.GetRequiredService<VmRegistry>();
        await registry.ConfiguredAsync([Configured("named", Path.Combine(watched, "found.qmp"))]);
        Assert.False(host.Vms.TryGet("found", out _));
        await host.ConnectedAsync("named");
    }

    [Fact]
    public async Task What_somebody_puts_in_the_place_of_a_discovered_socket_is_not_connected_to()
    {
        await using var host = await StartedAsync();
        var endpoint = QmpEndpoint.Parse($"unix:{Web}");
        // Discovery has not noticed yet that another file has the name.
        host.Services.GetRequiredService<EndpointClaims>().Set("found", new VmDefinition("found", endpoint, VmSource.Discovery, VmDefinition.Sorted([]), Actions: null));
        using (SimpleQemuAt(Path.Combine(directory, "other")))
        {
            File.CreateSymbolicLink(Web, "other");
            await Assert.ThrowsAsync<SocketException>(DialAsync);
            File.Delete(Web);
        }

        using var qemu = SimpleQemuAt(Web);
        await DialAsync();
        if (Environment.IsPrivilegedProcess)
        {
            // Only root can give files to other users.
            File.SetUnixFileMode(directory, (UnixFileMode)0b1_111_111_111);
            using var chown = Process.Start("chown", ["2", Web]);
            await chown.WaitForExitAsync();
            await Assert.ThrowsAsync<SocketException>(DialAsync);
        }

        async Task DialAsync() => await (await host.Services.GetRequiredService<EndpointDialer>().DialAsync("found", endpoint, TestContext.Current.CancellationToken)).DisposeAsync();
    }

    [Fact]
    public async Task A_monitor_of_the_gateways_own_is_no_VM_of_a_watched_directory()
    {
        var watched = Directory.CreateDirectory(Path.Combine(directory, "watched")).FullName;
        await using var host = await StartedAsync(("Gateway:Vms:db1:Monitor", $"unix:{watched}/db1-again.qmp"), ("Gateway:Discovery:Paths:0", watched));
        using var qemu = SimpleQemuAt(Path.Combine(watched, "seen.qmp"));
        await host.EventuallyAsync(() => host.Vms.TryGet("seen", out _), "seen");
        Assert.False(host.Vms.TryGet("db1-again", out _));
    }

    private async Task<GatewayHost> StartedAsync(params (string Key, string Value)[] settings)
    {
        var host = new GatewayHost { DialsSockets = true };
        host.Set("Gateway:Vms:db1:Endpoint", $"unix:{Db}");
        Array.ForEach(settings, setting => host.Set(setting.Key, setting.Value));
        await host.StartAsync();
        return host;
    }

    /// <summary>A QEMU whose socket has another VM's name first, and is moved to its own then.</summary>
    private async Task<FakeVm> ListeningAsync(string elsewhere, GatewayHost host, string vm, string path, bool hard)
    {
        var qemu = SimpleQemuAt(elsewhere);
        File.Move(elsewhere, path);
        await LinkAsync(path, Web, hard);
        await host.EventuallyAsync(() => host.Snapshot(vm).Connection.State != ConnectionState.Connecting, vm);
        return qemu;
    }

    private static async Task LinkAsync(string path, string link, bool hard = true)
    {
        if (!hard)
        {
            File.CreateSymbolicLink(link, path);
            return;
        }

        using var ln = Process.Start("ln", [path, link]);
        await ln.WaitForExitAsync();
        Assert.Equal(0, ln.ExitCode);
    }

    private static Task RefusedAsync(GatewayHost host, string vm) =>
        host.EventuallyAsync(() => host.Snapshot(vm).Connection.Reason?.Contains("another VM") == true, $"{vm} refused");

    private static VmDefinition Configured(string id, string path) =>
        new(id, QmpEndpoint.Parse($"unix:{path}"), VmSource.Configuration, VmDefinition.Sorted([]), Actions: null);

    private static FakeVm SimpleQemuAt(string path) => FakeVm.OnUnix(path);

    private static Task<Answer> PutAsync(GatewayHost host, string vm, string path) => host.PutAsync($"/vms/{vm}", $$"""{"endpoint":"unix:{{path}}"}""");
}
