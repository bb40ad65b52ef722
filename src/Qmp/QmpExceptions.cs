namespace QmpGateway.Qmp;

/// <summary>The base class for failures of connections to QEMU and of commands.</summary>
public abstract class QmpException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The ways in which connecting can fail.</summary>
public enum QmpConnectFailure
{
    /// <summary>The socket does not exist, no process listens on it, or the host is unreachable.</summary>
    NothingThere,

    /// <summary>The socket exists, but this process has no permission to use it.</summary>
    NotPermitted,

    /// <summary>The connection was made or queued, but QEMU sent no greeting: another client is connected to the monitor, or QEMU's process is stopped.</summary>
    NoGreeting,

    /// <summary>QEMU sent a greeting, but no reply to <c>qmp_capabilities</c>: its main loop is blocked.</summary>
    NoNegotiation,

    /// <summary>The peer does not speak QMP.</summary>
    NotQmp,

    /// <summary>The peer closed the connection instead of sending a greeting. It is not QEMU, or QEMU is ending.</summary>
    HungUp,

    /// <summary>QEMU replied to <c>qmp_capabilities</c> with an error.</summary>
    Refused,

    /// <summary>The connection was lost between the greeting and the end of the negotiation.</summary>
    Lost,
}

/// <summary>Connecting to QEMU failed.</summary>
public sealed class QmpConnectException(QmpConnectFailure failure, string reason, Exception? inner = null) : QmpException(reason, inner)
{
    /// <summary>What went wrong.</summary>
    public QmpConnectFailure Failure => failure;
}

/// <summary>QEMU refused a command: it replied with an error.</summary>
public sealed class QmpCommandException(string command, string errorClass, string description)
    : QmpException($"QEMU refused '{command}' ({errorClass}): {description}")
{
    /// <summary>The error class for a command that this QEMU does not know, or does not allow in its current mode.</summary>
    public const string CommandNotFound = "CommandNotFound";

    /// <summary>The command's name.</summary>
    public string Command => command;

    /// <summary>QEMU's <c>class</c>, such as <c>GenericError</c> or <see cref="CommandNotFound"/>.</summary>
    public string ErrorClass => errorClass;

    /// <summary>QEMU's <c>desc</c>: a text for people. Do not parse it.</summary>
    public string Description => description;
}

/// <summary>The connection was lost before QEMU replied to the command.</summary>
public sealed class QmpDisconnectedException(string command, string reason, bool sent)
    : QmpException(sent ? $"The connection ended before QEMU answered '{command}': {reason}." : $"'{command}' was not sent: {reason}.")
{
    /// <summary>The command's name.</summary>
    public string Command => command;

    /// <summary>How the connection ended.</summary>
    public string Reason => reason;

    /// <summary>True if the command may have reached QEMU, so it is unknown whether it took effect. False if it was not sent.</summary>
    public bool Sent => sent;
}

/// <summary>QEMU did not reply to the command in time.</summary>
public sealed class QmpTimeoutException(string command, TimeSpan timeout, Task<JsonText>? lateReply)
    : QmpException(lateReply is null
        ? $"'{command}' was not sent within {timeout.TotalSeconds:0.###} s, because earlier commands are still in progress."
        : $"QEMU did not answer '{command}' within {timeout.TotalSeconds:0.###} s. The command may still take effect.")
{
    /// <summary>The command's name.</summary>
    public string Command => command;

    /// <summary>The command's timeout.</summary>
    public TimeSpan Timeout => timeout;

    /// <summary>True if the command may have reached QEMU, so it is unknown whether it takes effect. False if it was not sent.</summary>
    public bool Sent => lateReply is not null;

    /// <summary>
    /// The late reply, if QEMU still sends one. The task fails as the command itself would (<see cref="QmpCommandException"/>,
    /// <see cref="QmpDisconnectedException"/>). Null if the command was not sent.
    /// </summary>
    public Task<JsonText>? LateReply => lateReply;
}

/// <summary>A <see cref="QmpEventReader"/> fell behind, and events were dropped at this place.</summary>
public sealed class QmpEventsLostException(long count)
    : QmpException($"{count} event(s) were lost because the reader fell behind; query what depends on them, then enumerate again")
{
    /// <summary>How many events are missing.</summary>
    public long Count => count;
}

/// <summary>The peer sent data that is not QMP.</summary>
public sealed class QmpProtocolException(string message, Exception? inner = null, string? command = null) : QmpException(message, inner)
{
    /// <summary>The command that the invalid reply belongs to; null if it does not belong to a command.</summary>
    public string? Command => command;
}
