namespace Clients;

/// <summary>What a client was told.</summary>
/// <param name="Vms">Which of the two VMs the list has.</param>
/// <param name="Status">The status of a real VM.</param>
/// <param name="PanicAction">The action that was put.</param>
/// <param name="Stopped">The event of a stop that waits (200).</param>
/// <param name="StoppedAgain">The event of a stop of a VM that is stopped: none (204).</param>
/// <param name="Resumed">The event of a resume that waits (200).</param>
/// <param name="Acknowledged">The event of a command that does not wait: none (204).</param>
/// <param name="UnknownStatus">A status that no document knows.</param>
/// <param name="Problem">A 404: status, type and VM.</param>
/// <param name="Errors">The members that a 400 names.</param>
/// <param name="Event">The name of an event of the history.</param>
/// <param name="Register">A 64-bit integer of its data.</param>
internal sealed record Told(
    string[] Vms,
    string? Status,
    string? PanicAction,
    string? Stopped,
    string? StoppedAgain,
    string? Resumed,
    string? Acknowledged,
    string? UnknownStatus,
    string Problem,
    string[] Errors,
    string? Event,
    string? Register);
