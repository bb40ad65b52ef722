using System.Security.Cryptography;
using System.Text;
using QmpGateway.Qmp;

namespace Gateway.Vms.Runs;

/// <summary>Names one run of one QEMU process: the same on every connection to it, also after the gateway's own restart.</summary>
internal static class RunIdentity
{
    /// <summary>
    /// By the process behind the socket where the transport tells it. Over TCP nothing proves that it is the same process: ids of threads
    /// repeat in other PID namespaces. So each connection is a run of its own there.
    /// </summary>
    public static string Of(QmpClient client)
    {
        var process = client.Peer ?? Guid.NewGuid().ToString();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{process}\n{client.Greeting.Version}\n{client.Greeting.Package}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, 8));
    }
}
