using Gateway.Requests.Waits;
using QmpGateway.Qmp;

namespace Gateway.Requests.Operations;

/// <summary>The names of the operations in requests for many VMs.</summary>
internal static class OperationNames
{
    /// <summary>Sets actions.</summary>
    public const string SetActions = "actions";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All { get; } = [.. LifecycleCommand.All.Select(static command => command.Name), SetActions];

    /// <summary>Returns the QMP command of an operation; null for an unknown name.</summary>
    public static string? CommandOf(string? name) => name == SetActions ? RunStateCommands.SetAction : LifecycleCommand.Named(name)?.Qmp;
}
