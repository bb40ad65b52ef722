using System.Net.Sockets;
using Gateway.Vms;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Vms;

public sealed class SocketFileTests : IDisposable
{
    private readonly string directory = GatewayHost.NewDirectory();
    private readonly string aside = GatewayHost.NewDirectory();

    public void Dispose()
    {
        Directory.Delete(directory, recursive: true);
        Directory.Delete(aside, recursive: true);
    }

    [Fact]
    public async Task A_socket_that_appears_is_dialled_at_once()
    {
        var path = Path.Combine(directory, "web1.qmp");
        // The clock stands: no delay between attempts ends by itself.
        await using var host = new GatewayHost { Time = new FakeTimeProvider(), DialsSockets = true };
        host.Set("Gateway:Vms:web1:Endpoint", $"unix:{path}");
        await host.StartAsync();
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.State == ConnectionState.NoSocket, "no-socket");
        using var vm = ListenAt(path);
        await host.ConnectedAsync("web1");
        Assert.Matches("^[0-9a-f]{16}$", host.Snapshot("web1").Run);
    }

    [Fact]
    public async Task A_socket_made_anew_is_another_run()
    {
        var path = Path.Combine(directory, "web1.qmp");
        var vm = ListenAt(path);
        await using var host = new GatewayHost { DialsSockets = true };
        host.Set("Gateway:Vms:web1:Endpoint", $"unix:{path}");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        var (run, before) = (host.Snapshot("web1").Run, host.Journal.LastAppended);
        vm.HangUp();
        var again = await host.EventAsync("web1", "VM_CONNECTED", before);
        Assert.Equal(run, host.Snapshot("web1").Run);
        File.Delete(path);
        vm.Dispose();
        using var next = ListenAt(path);
        await host.EventAsync("web1", "VM_CONNECTED", again.Id());
        Assert.NotEqual(run, host.Snapshot("web1").Run);
    }

    [Fact]
    public async Task Sockets_of_a_watched_directory_come_and_go_as_VMs()
    {
        var path = Path.Combine(directory, "db.7.qmp");
        await File.WriteAllTextAsync(Path.Combine(directory, "notes.txt"), "no socket");
        using var first = ListenAt(path);
        using var second = ListenAt(Path.Combine(directory, "db.7.zzz"));
        using var unnamed = ListenAt(Path.Combine(directory, "No Id.qmp"));
        await using var host = new GatewayHost { DialsSockets = true };
        host.Set("Gateway:Discovery:Paths:0", $"{directory}/*");
        await host.StartAsync();
        await host.ConnectedAsync("db.7");
        var list = (await host.GetAsync("/vms")).Ok().GetProperty("items");
        var vm = Assert.Single(list.EnumerateArray());
        Assert.Equal(("discovery", $"unix:{path}"), (vm.Text("source"), vm.Text("endpoint")));
        Assert.Equal(
            $$$"""{"source":"discovery","endpoint":"unix:{{{path}}}","labels":{},"actions":{},"who":"discovery"}""",
            (await host.EventAsync("db.7", "VM_ADDED")).GetProperty("data").GetRawText());
        (await host.PutAsync("/vms/db.7", """{"endpoint":"unix:/x"}""")).Problem("vm-owned", "/vms/db.7", ("vm", "db.7"));
        (await host.SendAsync("DELETE", "/vms/db.7")).Problem("vm-owned", "/vms/db.7", ("vm", "db.7"));
        // The second file takes the id over once the first is gone.
        var before = host.Journal.LastAppended;
        File.Delete(path);
        await host.EventAsync("db.7", "VM_CONNECTED", before);
        Assert.Equal($"unix:{directory}/db.7.zzz", (await host.GetAsync("/vms/db.7")).Ok().Text("endpoint"));
        File.Delete(Path.Combine(directory, "db.7.zzz"));
        await host.EventAsync("db.7", "VM_REMOVED");
        (await host.GetAsync("/vms/db.7")).Problem("vm-not-found", "/vms/db.7", ("vm", "db.7"));
        Assert.NotEmpty((await host.GetAsync("/events?vm=db.7")).Ok().GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_socket_that_does_not_match_is_never_connected_to()
    {
        using var console = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        console.Bind(new UnixDomainSocketEndPoint(Path.Combine(directory, "web1.console")));
        console.Listen();
        using var vm = ListenAt(Path.Combine(directory, "web2.qmp"));
        await using var host = new GatewayHost { DialsSockets = true };
        host.Set("Gateway:Discovery:Paths:0", directory);
        await host.StartAsync();
        // Sorted by name, the console would be the first to be connected to.
        await host.ConnectedAsync("web2");
        Assert.False(console.Poll(0, SelectMode.SelectRead));
        Assert.Equal("web2", Assert.Single((await host.GetAsync("/vms")).Ok().GetProperty("items").EnumerateArray()).Text("id"));
    }

    /// <summary>Listens before the file is at its place, so that whoever sees it can connect.</summary>
    private FakeVm ListenAt(string path)
    {
        var made = Path.Combine(aside, Path.GetFileName(path));
        var vm = FakeVm.OnUnix(made);
        File.Move(made, path);
        return vm;
    }
}
