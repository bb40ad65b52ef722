using Qmp;

namespace Gateway.Api.Problems;

/// <summary>What was waited for did not come in time.</summary>
public sealed class WaitTimedOutException(string what, TimeSpan timeout, JsonText? currentStatus = null, string? command = null)
    : Exception($"{what} did not come in {timeout.TotalSeconds:0} s")
{
    /// <summary>The last status known.</summary>
    public JsonText? CurrentStatus => currentStatus;

    /// <summary>The command that QEMU acknowledged; null where none was sent.</summary>
    public string? Command => command;
}

/// <summary>QEMU acknowledged the command, but the VM went away before it completed.</summary>
public sealed class WaitAbortedException(string what, string command) : Exception($"the VM went away before {what} came")
{
    /// <summary>The command.</summary>
    public string Command => command;
}
