using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>A command for a VM.</summary>
/// <param name="Command">The command.</param>
/// <param name="Caller">The caller.</param>
public sealed record VmCommand(QmpCommand Command, Caller Caller)
{
    /// <summary>The timeout; null for the default of the command.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The runs that the command may be sent to; null for any run.</summary>
    public IReadOnlyCollection<string>? IfRun { get; init; }
}
