using Gateway.Tests.Journal;
using Gateway.Vms;
using Gateway.Vms.Sessions;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Vms;

public sealed class VmStateTests
{
    [Fact]
    public async Task A_status_that_a_connection_could_not_tell_is_told_once_it_is_known_also_where_it_is_the_last_one()
    {
        using var test = new TestJournal();
        var state = new VmState("web1", connectedBefore: false, test.Journal, test.Time);
        var qemu = new QmpGreeting("7.2.22", "", []);
        var running = VmStatus.From(new JsonText("""{"running":true,"status":"running"}"""u8.ToArray()), TestJournal.Now);
        state.Connected(qemu, "a", running);
        state.Disconnected("gone");

        state.Connected(qemu, "a", status: null);
        state.Observed(running);
        state.Observed(running);

        test.WaitVisible();
        Assert.Equal(
            ["VM_CONNECTED", "VM_STATUS_CHANGED", "VM_DISCONNECTED", "VM_CONNECTED", "VM_STATUS_CHANGED"],
            (await test.ReadAllAsync()).Select(static entry => entry.Name));
    }
}
