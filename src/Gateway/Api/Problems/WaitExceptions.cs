using Qmp;

namespace Gateway.Api.Problems;

/// <summary>What was waited for did not come in time.</summary>
public sealed class WaitTimedOutException(string what, TimeSpan timeout, JsonText? currentStatus = null)
    : Exception($"{what} did not come in {timeout.TotalSeconds:0} s")
{
    /// <summary>The last status known.</summary>
    public JsonText? CurrentStatus => currentStatus;
}

/// <summary>QEMU acknowledged the command, but the VM went away before it completed.</summary>
public sealed class WaitAbortedException(string what) : Exception($"the VM went away before {what} came");
