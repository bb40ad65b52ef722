using System.Security.Cryptography;
using System.Text;
using QmpGateway.Qmp;

namespace Gateway.Vms.Runs;

/// <summary>Identifies a run of a QEMU process. The id is the same on every connection to that process, even after the gateway has restarted.</summary>
internal static class RunIdentity
{
    /// <summary>
    /// Returns an id based on the process behind the socket, if the transport reports it. Over TCP nothing proves that it is the same process, because
    /// thread ids repeat in other PID namespaces. Therefore each TCP connection counts as a separate run.
    /// </summary>
    public static string Of(QmpClient client)
    {
        var process = client.Peer ?? Guid.NewGuid().ToString();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{process}\n{client.Greeting.Version}\n{client.Greeting.Package}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, 8));
    }
}
