using System.Diagnostics.Metrics;
using Gateway.Vms;
using static Gateway.Settings.Fault;

namespace Gateway.Observability;

/// <summary>Reports properties of each VM as labels, to join other series with: the QEMU version, and the VM labels in <c>Gateway:Metrics:Labels</c>.</summary>
internal static class VmInfo
{
    private const string Vm = "vm";
    private const string Qemu = "qemu";

    public static void Add(Meter meter, IVms vms, IReadOnlyList<string> labels) => meter.CreateObservableGauge(
        "qmp_gateway.vm_info", () => vms.All.Select(vm => new Measurement<int>(1, Of(vm, labels))), description: "Always 1, with the VM's QEMU version and the labels of Gateway:Metrics:Labels.");

    /// <summary>Validates the names of the labels.</summary>
    public static IEnumerable<string> Faults(string key, IReadOnlyList<string> labels) => labels.SelectMany((label, i) => (IEnumerable<string>)
    [
        .. Unless(label.Any(char.IsAsciiLetter), $"{key}:{i} = '{label}' must be a label name that contains a letter"),
        .. Unless(
            labels.Take(i).Select(Spelled).Concat([Vm, Qemu]).All(taken => taken != Spelled(label)),
            $"{key}:{i} = '{label}' would become the label '{Spelled(label)}', which qmp_gateway_vm_info already has"),
    ]);

    private static KeyValuePair<string, object?>[] Of(IVm vm, IReadOnlyList<string> labels) =>
    [
        new(Vm, vm.Id),
        new(Qemu, vm.Snapshot.Qemu?.Version ?? ""),
        .. labels.Where(vm.Definition.Labels.ContainsKey).Select(label => new KeyValuePair<string, object?>(label, vm.Definition.Labels[label])),
    ];

    // The exporter replaces the same characters for Prometheus.
    private static string Spelled(string label) => string.Concat(label.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
