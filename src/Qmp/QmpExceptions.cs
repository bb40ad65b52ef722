namespace QmpGateway.Qmp;

/// <summary>Any failure of a connection to QEMU or of a command on it.</summary>
public abstract class QmpException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>How a connection could not be made.</summary>
public enum QmpConnectFailure
{
    /// <summary>No such socket, nobody listens on it, or the host cannot be reached.</summary>
    NothingThere,

    /// <summary>The socket is there, but this process may not use it.</summary>
    NotPermitted,

    /// <summary>Connected or queued, but no greeting came: another client holds the monitor, or QEMU is stopped.</summary>
    NoGreeting,

    /// <summary>Greeted, but <c>qmp_capabilities</c> was not answered: QEMU's main loop does not run.</summary>
    NoNegotiation,

    /// <summary>What answers does not speak QMP.</summary>
    NotQmp,

    /// <summary>Hung up instead of greeting: no QEMU, or one that is just ending.</summary>
    HungUp,

    /// <summary>QEMU answered <c>qmp_capabilities</c> with an error.</summary>
    Refused,

    /// <summary>The connection broke between greeting and negotiation.</summary>
    Lost,
}

/// <summary>No usable connection came about.</summary>
public sealed class QmpConnectException(QmpConnectFailure failure, string reason, Exception? inner = null) : QmpException(reason, inner)
{
    /// <summary>What went wrong.</summary>
    public QmpConnectFailure Failure => failure;
}

/// <summary>QEMU answered a command with an error: it was refused.</summary>
public sealed class QmpCommandException(string command, string errorClass, string description)
    : QmpException($"QEMU refused '{command}' ({errorClass}): {description}")
{
    /// <summary>The class of an error about a command that this QEMU does not know, or not in its present mode.</summary>
    public const string CommandNotFound = "CommandNotFound";

    /// <summary>The command's name.</summary>
    public string Command => command;

    /// <summary>QEMU's <c>class</c>, such as <c>GenericError</c> or <see cref="CommandNotFound"/>.</summary>
    public string ErrorClass => errorClass;

    /// <summary>QEMU's <c>desc</c>: text for people, never to be parsed.</summary>
    public string Description => description;
}

/// <summary>The connection ended before the command was answered.</summary>
public sealed class QmpDisconnectedException(string command, string reason, bool sent)
    : QmpException(sent ? $"The connection ended before QEMU answered '{command}': {reason}." : $"'{command}' was not sent: {reason}.")
{
    /// <summary>The command's name.</summary>
    public string Command => command;

    /// <summary>How the connection ended.</summary>
    public string Reason => reason;

    /// <summary>True when the command may have reached QEMU: whether it took effect is unknown. False: it never left.</summary>
    public bool Sent => sent;
}

/// <summary>The command was not answered in its time.</summary>
public sealed class QmpTimeoutException(string command, TimeSpan timeout, Task<JsonText>? lateReply)
    : QmpException(lateReply is null
        ? $"'{command}' was not sent within {timeout.TotalSeconds:0.###} s, because earlier commands are still in progress."
        : $"QEMU did not answer '{command}' within {timeout.TotalSeconds:0.###} s. The command may still take effect.")
{
    /// <summary>The command's name.</summary>
    public string Command => command;

    /// <summary>The time it had.</summary>
    public TimeSpan Timeout => timeout;

    /// <summary>True when the command may have reached QEMU: whether it takes effect is unknown. False: it never left.</summary>
    public bool Sent => lateReply is not null;

    /// <summary>
    /// The answer, should it come after all; fails as the command itself would (<see cref="QmpCommandException"/>,
    /// <see cref="QmpDisconnectedException"/>). Null when the command never left.
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

/// <summary>What came from the other end is not QMP.</summary>
public sealed class QmpProtocolException(string message, Exception? inner = null, string? command = null) : QmpException(message, inner)
{
    /// <summary>The command whose answer it was; null where it was none.</summary>
    public string? Command => command;
}
