using System.Diagnostics.Metrics;
using Gateway.Metrics;
using Gateway.Vms;

namespace Gateway.Observability;

/// <summary>Measures the VMs at each scrape. A value that is not known for a VM is a missing series.</summary>
internal static class VmGauges
{
    public static void Add(Meter meter, IVms vms)
    {
        meter.CreateObservableGauge(
            "qmp_gateway.vms",
            () => ConnectionStates.Known.Select(state => new Measurement<int>(
                vms.All.Count(vm => vm.Snapshot.Connection.State.Name() == state), new KeyValuePair<string, object?>("connection", state))),
            description: "VMs by connection state.");
        meter.CreateObservableGauge(
            "qmp_gateway.vm_connected",
            () => vms.All.Select(static vm => new Measurement<int>(vm.Snapshot.Connection.IsInUse ? 1 : 0, Of(vm))),
            description: "1 while the VM is connected.");
        meter.CreateObservableGauge(
            "qmp_gateway.vm_connection",
            () => vms.All.Select(static vm => new Measurement<int>(1, Of(vm), new("connection", vm.Snapshot.Connection.State.Name()))),
            description: "1 for the current connection state of the VM.");
        meter.CreateObservableGauge(
            "qmp_gateway.vm_status",
            () => vms.All.Where(static vm => vm.Snapshot.Status is not null)
                .Select(static vm => new Measurement<int>(1, Of(vm), new("status", Labels.Usable(vm.Snapshot.Status!.State.Value)))),
            description: "1 for the VM's last known run state.");
        meter.CreateObservableGauge(
            "qmp_gateway.vm_ended",
            () => vms.All.Where(static vm => vm.Snapshot.Ended is not null)
                .Select(static vm => new Measurement<int>(1, Of(vm), new("reason", vm.Snapshot.Ended?.Reason is { } reason ? Labels.Usable(reason) : "unknown"))),
            description: "1 for a VM whose run has ended, by the reason that QEMU reported.");
        meter.CreateObservableGauge(
            "qmp_gateway.vm_last_message_timestamp",
            () => vms.All.Where(static vm => vm.LastMessageAt is not null)
                .Select(static vm => new Measurement<double>(vm.LastMessageAt!.Value.ToUnixTimeMilliseconds() / 1000.0, Of(vm))),
            "s",
            "Time of the last message from QEMU.");
    }

    private static KeyValuePair<string, object?> Of(IVm vm) => new("vm", vm.Id);
}
