using System.Diagnostics;

namespace Gateway.EndToEnd.Support;

/// <summary>The memory of a gateway.</summary>
internal static class GatewayMemory
{
    /// <summary>The bytes that the process holds in memory now.</summary>
    public static long ResidentBytes(this RealGateway gateway)
    {
        using var process = Process.GetProcessById(gateway.ProcessId);
        return process.WorkingSet64;
    }
}
