using QmpGateway.Qmp;

namespace Gateway.Requests.Problems;

/// <summary>What was waited for did not come in time.</summary>
public sealed class WaitTimedOutException(string what, TimeSpan timeout, JsonText? currentStatus = null, string? command = null)
    : Exception($"Timed out after {timeout.TotalSeconds:0} s while waiting for {what}.")
{
    /// <summary>The last status known.</summary>
    public JsonText? CurrentStatus => currentStatus;

    /// <summary>The command that QEMU acknowledged; null where none was sent.</summary>
    public string? Command => command;
}

/// <summary>The wait ended before what was waited for came.</summary>
/// <param name="why">The VM went away, or the gateway ends.</param>
/// <param name="what">What was waited for.</param>
/// <param name="currentStatus">The last status known.</param>
/// <param name="command">The command that QEMU acknowledged; null where none was sent.</param>
public sealed class WaitAbortedException(string why, string what, JsonText? currentStatus = null, string? command = null)
    : Exception($"The wait for {what} ended early: {why}.")
{
    /// <summary>The VM went away.</summary>
    public const string VmWent = "the VM went away";

    /// <summary>The gateway ends.</summary>
    public const string GatewayEnds = "the gateway is shutting down";

    /// <summary>The last status known.</summary>
    public JsonText? CurrentStatus => currentStatus;

    /// <summary>The command that QEMU acknowledged; null where none was sent.</summary>
    public string? Command => command;
}
