
namespace Gateway.Vms.Sessions;

/// <summary>The log messages of a session.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(20, LogLevel.Information, "{Vm} is connected: QEMU {Version}, run {Run}.")]
    public static partial void Connected(this ILogger<VmSession> logger, string vm, string version, string run);

    [LoggerMessage(EventId = 21, Message = "{Vm} is disconnected: {Reason}. The gateway keeps trying to connect. Start QEMU if it should be running.")]
    public static partial void Disconnected(this ILogger<VmSession> logger, LogLevel level, string vm, string reason);

    [LoggerMessage(22, LogLevel.Warning, "{Vm} did not report its status, so the gateway asks again. {Reason}")]
    public static partial void StatusUnknown(this ILogger<VmSession> logger, string vm, string reason);

    [LoggerMessage(23, LogLevel.Error, "The configured actions of {Vm} could not be set. Correct its Actions, or set them through the API. {Reason}")]
    public static partial void ActionsNotSet(this ILogger<VmSession> logger, string vm, string reason);

    [LoggerMessage(27, LogLevel.Warning, "The actions of {Vm} were not sent: the rule '{Rule}' of Gateway:CommandPolicy denies set-action. Remove its Actions, or change the rule.")]
    public static partial void ActionsDenied(this ILogger<VmSession> logger, string vm, string rule);

    [LoggerMessage(24, LogLevel.Critical, "The session of {Vm} failed and starts again. This is a bug in the gateway: report it with this line.")]
    public static partial void Fault(this ILogger<VmSession> logger, Exception fault, string vm);

    [LoggerMessage(28, LogLevel.Information, "{Vm} sent a reply that no command waits for. QEMU sends the replies to commands of an earlier connection to the next one.")]
    public static partial void ReplyUnclaimed(this ILogger<VmSession> logger, string vm);

    /// <summary>Logs that a VM cannot be reached, unless a QEMU that quit has removed its socket: that disconnect is already in the log.</summary>
    public static void Unreachable(this ILogger<VmSession> logger, string vm, ConnectionState before, ConnectionSnapshot now)
    {
        if (now.State != ConnectionState.NoSocket || before != ConnectionState.Disconnected)
        {
            logger.Unreachable(vm, now.State.Name(), now.Reason?.TrimEnd('.'), ConnectionAdvice.For(now));
        }
    }

    [LoggerMessage(26, LogLevel.Warning, "{Vm} cannot be reached ({State}): {Reason}. {Advice}.")]
    private static partial void Unreachable(this ILogger<VmSession> logger, string vm, string state, string? reason, string advice);
}
