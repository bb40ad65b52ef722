namespace QmpGateway.Qmp;

/// <summary>One command for QEMU.</summary>
/// <param name="Name">Its QAPI name, such as <c>query-status</c>.</param>
/// <param name="Arguments">Its arguments, a JSON object; null to send none.</param>
/// <param name="OutOfBand">
/// Whether to send the command as <c>exec-oob</c>. QEMU then runs it immediately, in parallel with commands in progress, and even while its main loop
/// hangs. Requires <see cref="QmpClient.OutOfBand"/>, and a command that QEMU allows out of band.
/// </param>
public readonly record struct QmpCommand(string Name, JsonText? Arguments = null, bool OutOfBand = false)
{
    /// <summary>Who sends the command. Commands that wait for a place in QEMU's queue take turns by sender, so one sender cannot hold up another.</summary>
    public string? Sender { get; init; }

    /// <summary>Whether the command goes before the other waiting commands of the same round.</summary>
    public bool Urgent { get; init; }
}
