using Gateway.Vms;
using QmpGateway.Qmp;

namespace Gateway.Requests.Waits;

/// <summary>A lifecycle command.</summary>
/// <param name="Name">Its name in the API: the last part of its route.</param>
/// <param name="Qmp">Its QMP name.</param>
/// <param name="Completion">The event that completes the command; null if there is none.</param>
/// <param name="IsDoneIn">Whether the VM is already in the target state, so that QEMU will send no event.</param>
public sealed record LifecycleCommand(string Name, string Qmp, string? Completion, Func<VmStatus, bool>? IsDoneIn = null)
{
    /// <summary>Pauses the guest.</summary>
    public static LifecycleCommand Stop { get; } = new("stop", "stop", RunStateEvents.Stop, static status => !status.Running);

    /// <summary>Resumes the guest.</summary>
    public static LifecycleCommand Cont { get; } = new("cont", "cont", RunStateEvents.Resume, static status => status.Running);

    /// <summary>Resets the guest.</summary>
    public static LifecycleCommand Reset { get; } = new("reset", "system_reset", RunStateEvents.Reset);

    /// <summary>Presses the power button.</summary>
    public static LifecycleCommand Powerdown { get; } = new("powerdown", "system_powerdown", RunStateEvents.Shutdown);

    /// <summary>Wakes the guest up.</summary>
    public static LifecycleCommand Wakeup { get; } = new("wakeup", "system_wakeup", RunStateEvents.Wakeup);

    /// <summary>Quits QEMU.</summary>
    public static LifecycleCommand Quit { get; } = new("quit", "quit", RunStateEvents.Shutdown);

    /// <summary>Sends a non-maskable interrupt to the guest's processors.</summary>
    public static LifecycleCommand Nmi { get; } = new("nmi", "inject-nmi", null);

    /// <summary>All lifecycle commands.</summary>
    public static IReadOnlyList<LifecycleCommand> All { get; } = [Stop, Cont, Reset, Powerdown, Wakeup, Quit, Nmi];

    /// <summary>Returns the command with this name in the API; null if there is none.</summary>
    public static LifecycleCommand? Named(string? name) => All.FirstOrDefault(command => command.Name == name);
}
