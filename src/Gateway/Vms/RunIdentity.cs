using System.Security.Cryptography;
using System.Text;
using Qmp;

namespace Gateway.Vms;

/// <summary>Names one run of one QEMU process: the same on every connection to it, also after the gateway's own restart.</summary>
internal static class RunIdentity
{
    /// <summary>
    /// By the process behind the socket where the transport tells it; over TCP by the host's ids of the vCPU threads, which
    /// QMP tells.
    /// </summary>
    public static async Task<string> OfAsync(QmpClient client, TimeSpan patience, CancellationToken cancellationToken)
    {
        var process = client.Peer ?? await ThreadsAsync(client, patience, cancellationToken);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{process}\n{client.Greeting.Version}\n{client.Greeting.Package}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, 8));
    }

    private static async Task<string> ThreadsAsync(QmpClient client, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            var cpus = await client.ExecuteAsync(new QmpCommand("query-cpus-fast"), patience, cancellationToken);
            using var json = System.Text.Json.JsonDocument.Parse(cpus.Utf8);
            return string.Join(',', json.RootElement.EnumerateArray().Select(static cpu => cpu.GetProperty("thread-id").GetRawText()));
        }
        catch (Exception untold) when (untold is QmpCommandException or QmpTimeoutException
            or System.Text.Json.JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Not in preconfig, where there are no vCPUs yet, nor while the main loop hangs.
            return "";
        }
    }
}
