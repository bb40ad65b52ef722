namespace QmpGateway.Qmp;

/// <summary>One command for QEMU.</summary>
/// <param name="Name">Its QAPI name, such as <c>query-status</c>.</param>
/// <param name="Arguments">Its arguments, an object; none when the command takes none.</param>
/// <param name="OutOfBand">
/// Sent as <c>exec-oob</c>: QEMU runs it at once, beside commands in progress and even while its main loop hangs. Needs
/// <see cref="QmpClient.OutOfBand"/>, and a command that QEMU allows it for.
/// </param>
public readonly record struct QmpCommand(string Name, JsonText? Arguments = null, bool OutOfBand = false)
{
    /// <summary>Who sends it. Commands that wait for QEMU take turns by sender, so that one sender's many do not hold up another's.</summary>
    public string? Sender { get; init; }

    /// <summary>It goes before the commands of all senders whose turn it is, too.</summary>
    public bool Urgent { get; init; }
}
