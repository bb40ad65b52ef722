using Gateway.Json;
using Gateway.Vms;

namespace Gateway.Requests.Binding;

/// <summary>The filters for lists of VMs.</summary>
internal static class VmListFilter
{
    public static IReadOnlyList<KeyValuePair<string, string>> Labels(string[] labels) => [.. labels.Select(static label =>
        label.IndexOf('=', StringComparison.Ordinal) is var at and > 0
            ? KeyValuePair.Create(label[..at], label[(at + 1)..])
            : throw new InvalidRequestException("label", $"must be key=value, not '{Echo.Of(label)}'"))];

    /// <summary>Whether a VM has all given labels.</summary>
    public static bool HasAll(IVm vm, IEnumerable<KeyValuePair<string, string>> labels)
    {
        var own = vm.Definition.Labels;
        return labels.All(wanted => own.TryGetValue(wanted.Key, out var value) && value == wanted.Value);
    }

    public static void Check(string? connection, string? status)
    {
        if (connection is not null && !ConnectionStates.Known.Contains(connection))
        {
            throw new InvalidRequestException("connection", $"must be one of {string.Join(", ", ConnectionStates.Known)}, not '{Echo.Of(connection)}'");
        }

        // A newer QEMU may have states that the gateway does not know.
        if (status is "")
        {
            throw new InvalidRequestException("status", "must be a run state, such as running");
        }
    }
}
