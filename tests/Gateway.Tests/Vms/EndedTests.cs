using System.Net.Sockets;
using System.Text.Json;
using Gateway.Vms;
using Gateway.Vms.Sessions;
using Xunit;

namespace Gateway.Tests.Vms;

public sealed class EndedTests
{
    private const string GuestShutdown = """{"guest": true, "reason": "guest-shutdown"}""";

    [Fact]
    public async Task A_QEMU_that_quits_has_ended_and_the_VM_has_no_status_any_more()
    {
        await using var host = await GatewayHost.ConnectedAsync("quits", "stays");
        var vm = host.Fake("quits");
        vm.On("quit", async quit =>
        {
            await vm.EventAsync("SHUTDOWN", """{"guest": false, "reason": "host-qmp-quit"}""");
            await vm.ReturnAsync(quit);
            vm.IsListening = false;
            vm.HangUp();
        });
        (await host.PostAsync("/vms/quits/quit")).NoContent();

        var told = (await host.EventAsync("quits", "VM_ENDED")).GetProperty("data");
        var shown = (await host.GetAsync("/vms/quits")).Ok();

        var shutdown = (await host.EventAsync("quits", "SHUTDOWN")).Text("id");
        Assert.Equal(told.GetRawText(), shown.GetProperty("ended").GetRawText());
        Assert.Equal(("host-qmp-quit", false), (told.Text("reason"), told.GetProperty("guest").GetBoolean()));
        Assert.Equal($$"""{"event":"SHUTDOWN","id":"{{shutdown}}"}""", told.GetProperty("cause").GetRawText());
        Assert.All((string[])["status", "statusObservedAt", "statusCause"], member => Assert.Equal(JsonValueKind.Null, shown.GetProperty(member).ValueKind));
        Assert.Equal(JsonValueKind.String, shown.GetProperty("run").ValueKind);
        Assert.Equal(["quits"], await IdsAsync(host, "ended=true"));
        Assert.Equal(["stays"], await IdsAsync(host, "ended=false"));
        Assert.Equal(["stays"], await IdsAsync(host, "status=running"));
        var scrape = await Observability.Scrape.OfAsync(host);
        Assert.Equal(1, scrape.Value("qmp_gateway_vm_ended", ("vm", "quits"), ("reason", "host-qmp-quit")));
        Assert.Null(scrape.Value("qmp_gateway_vm_status", ("vm", "quits"), ("status", "running")));
        Assert.Equal(
            ["VM_ADDED", "VM_CONNECTED", "VM_STATUS_CHANGED", "SHUTDOWN", "VM_DISCONNECTED", "VM_ENDED"],
            (await host.EventsAsync("quits")).Select(static e => e.Text("event")!).Where(static name => name != "VM_CONNECTION_CHANGED"));
    }

    [Fact]
    public async Task A_QEMU_that_answers_after_its_SHUTDOWN_lives_on()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        await vm.BecomeAsync("shutdown", "SHUTDOWN", GuestShutdown);
        await host.EventAsync("web1", "VM_STATUS_CHANGED", where: static e => e.GetProperty("data").GetProperty("status").Text("status") == "shutdown");
        vm.DialFailure = new SocketException((int)SocketError.HostUnreachable);
        vm.HangUp();
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.State == ConnectionState.NoSocket, "no-socket");

        Assert.Null(host.Snapshot("web1").Ended);
        Assert.Equal("shutdown", host.Snapshot("web1").Status!.State.Value);

        // It was killed after all, which no SHUTDOWN tells.
        vm.IsListening = false;
        var told = (await host.EventAsync("web1", "VM_ENDED")).GetProperty("data");
        Assert.Equal("""null,"guest":null,"cause":null}""", told.GetRawText().Split("\"reason\":")[1]);
    }

    [Fact]
    public async Task A_command_from_before_that_is_answered_after_the_SHUTDOWN_proves_nothing()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        vm.Hang("query-status");
        vm.Hang("inject-nmi");
        var nmi = host.PostAsync("/vms/web1/nmi");
        var received = await vm.ReceivedAsync("inject-nmi");
        await vm.EventAsync("SHUTDOWN", GuestShutdown);
        await vm.ReturnAsync(received);
        (await nmi).NoContent();
        vm.DialFailure = new SocketException((int)SocketError.HostUnreachable);
        vm.HangUp();
        Assert.Equal("guest-shutdown", (await host.EventAsync("web1", "VM_ENDED")).GetProperty("data").Text("reason"));
    }

    [Theory]
    [InlineData("GUEST_PANICKED", "poweroff", """{"guest": true, "reason": "guest-panic"}""", "GUEST_PANICKED")]
    [InlineData("WATCHDOG", "poweroff", null, "WATCHDOG")]
    [InlineData("WATCHDOG", "shutdown", GuestShutdown, "WATCHDOG")]
    [InlineData("WATCHDOG", "none", GuestShutdown, "SHUTDOWN")]
    [InlineData("GUEST_PANICKED", "pause", """{"guest": false, "reason": "host-qmp-quit"}""", "SHUTDOWN")]
    [InlineData("RTC_CHANGE", "poweroff", null, null)]
    public async Task The_cause_is_the_panic_or_watchdog_that_led_there_else_the_SHUTDOWN(string trouble, string action, string? shutdown, string? cause)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        vm.Hang("query-status");
        await vm.EventAsync(trouble, $$"""{"action": "{{action}}"}""");
        if (shutdown is not null)
        {
            await vm.EventAsync("SHUTDOWN", shutdown);
        }

        vm.IsListening = false;
        vm.HangUp();

        var told = (await host.EventAsync("web1", "VM_ENDED")).GetProperty("data").GetProperty("cause");
        Assert.Equal(cause, told.ValueKind == JsonValueKind.Null ? null : told.Text("event"));
        if (cause is not null)
        {
            Assert.Equal((await host.EventAsync("web1", cause)).Text("id"), told.Text("id"));
        }
    }

    [Fact]
    public async Task A_process_that_takes_the_place_of_another_tells_its_end_and_is_a_new_run()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        vm.Peer = "another process";
        vm.HangUp();
        await host.EventuallyAsync(() => host.Snapshot("web1") is { Connection.State: ConnectionState.Connected, EndedBefore: not null }, "the new run");

        Assert.Equal(JsonValueKind.Null, (await host.GetAsync("/vms/web1")).Ok().GetProperty("ended").ValueKind);
        var again = await host.EventAsync("web1", "VM_STATUS_CHANGED", (await host.EventAsync("web1", "VM_ENDED")).Id());
        Assert.Equal(JsonValueKind.Null, again.GetProperty("data").GetProperty("previous").ValueKind);
    }

    [Fact]
    public async Task A_status_that_is_looked_at_after_the_end_changes_nothing()
    {
        using var test = new Journal.TestJournal();
        var state = new VmState("web1", connectedBefore: false, test.Journal, test.Time);
        var running = VmStatus.From(new QmpGateway.Qmp.JsonText("""{"running":true,"status":"running"}"""u8.ToArray()), Journal.TestJournal.Now);
        state.Connected(new QmpGateway.Qmp.QmpGreeting("7.2.22", "", []), "a", running);
        state.Disconnected("gone", hasEnded: true);

        state.Observed(running);

        Assert.Null(state.Snapshot.Status);
        test.WaitVisible();
        Assert.Equal(["VM_CONNECTED", "VM_STATUS_CHANGED", "VM_DISCONNECTED", "VM_ENDED"], (await test.ReadAllAsync()).Select(static entry => entry.Name));
    }

    private static async Task<string[]> IdsAsync(GatewayHost host, string query) =>
        [.. (await host.GetAsync($"/vms?{query}")).Ok().GetProperty("items").EnumerateArray().Select(static vm => vm.Text("id")!)];
}
