using System.Security.Cryptography;
using System.Text;
using Benchmarks.Load;
using TestSupport;

namespace Benchmarks.Processes;

/// <summary>The gateway as shipped: its own process, Release, a journal that is synced, and a key.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private const string Key = "benchmarks";

    private readonly DirectoryInfo data;
    private readonly bool keepsData;

    private GatewayProcess(Child child, DirectoryInfo data, bool keepsData) => (Child, this.data, this.keepsData) = (child, data, keepsData);

    /// <summary>The header that shows the key.</summary>
    public static string Authorization => $"Authorization: Bearer {Key}\r\n";

    public Child Child { get; }

    public static async Task<GatewayProcess> StartAsync(DirectoryInfo? data = null, params string[] arguments)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("salt" + Key)));
        var directory = data ?? Directory.CreateTempSubdirectory("benchmark-");
        var child = await Child.StartAsync(
            PublishedGateway.Program,
            [
                "--urls", "http://127.0.0.1:0", $"--Gateway:DataDirectory={Path.Combine(directory.FullName, "data")}",
                $"--Gateway:Security:ApiKeys:bench:Hash=sha256:salt:{hash}", "--Gateway:Security:ApiKeys:bench:Grants:0:Role=admin",
                .. arguments,
            ]);
        return new GatewayProcess(child, directory, data is not null);
    }

    public static string Vm(string id, string socket) => $"--Gateway:Vms:{id}:Endpoint=unix:{socket}";

    /// <summary>Waits until all VMs of a new journal are connected: each was added, connected, and told its status.</summary>
    public async Task ConnectedAsync(int vms)
    {
        using var head = await JournalHead.ConnectAsync(Child.Address);
        await head.ReachAsync(3 * vms);
    }

    public async ValueTask DisposeAsync()
    {
        await Child.DisposeAsync();
        if (!keepsData)
        {
            data.Delete(recursive: true);
        }
    }
}
