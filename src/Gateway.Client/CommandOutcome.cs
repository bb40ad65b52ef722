namespace QmpGateway.Client;

/// <summary>The outcome of a failed command.</summary>
public enum CommandOutcome
{
    /// <summary>The command was not sent to QEMU. A retry is safe.</summary>
    NotSent,

    /// <summary>QEMU refused the command.</summary>
    Refused,

    /// <summary>The command may have taken effect, or may still take effect.</summary>
    Unknown,
}
