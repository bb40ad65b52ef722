using QmpGateway.Qmp;

namespace Gateway.Requests.Problems;

/// <summary>The awaited state or event did not occur in time.</summary>
public sealed class WaitTimedOutException(string what, TimeSpan timeout, JsonText? currentStatus = null, string? command = null)
    : Exception($"Timed out after {timeout.TotalSeconds:0} s while waiting for {what}.{Acknowledgement.Of(command)}")
{
    /// <summary>The last known status.</summary>
    public JsonText? CurrentStatus => currentStatus;

    /// <summary>The command that QEMU acknowledged; null if none was sent.</summary>
    public string? Command => command;
}

/// <summary>The wait ended before the awaited state or event occurred.</summary>
/// <param name="why">Why the wait ended: the VM was lost, or the gateway is stopping.</param>
/// <param name="what">The awaited state or event.</param>
/// <param name="currentStatus">The last known status.</param>
/// <param name="command">The command that QEMU acknowledged; null if none was sent.</param>
public sealed class WaitAbortedException(string why, string what, JsonText? currentStatus = null, string? command = null)
    : Exception($"The wait for {what} ended early: {why}.{Acknowledgement.Of(command)}")
{
    /// <summary>The VM was lost.</summary>
    public const string VmWent = "the VM went away";

    /// <summary>The gateway is stopping.</summary>
    public const string GatewayEnds = "the gateway is shutting down";

    /// <summary>The last known status.</summary>
    public JsonText? CurrentStatus => currentStatus;

    /// <summary>The command that QEMU acknowledged; null if none was sent.</summary>
    public string? Command => command;
}

/// <summary>Tells that a command was acknowledged.</summary>
file static class Acknowledgement
{
    public static string Of(string? command) => command is null ? "" : " QEMU acknowledged the command.";
}
