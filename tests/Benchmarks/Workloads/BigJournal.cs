using Benchmarks.Load;
using Benchmarks.Processes;

namespace Benchmarks.Workloads;

/// <summary>A data directory with a million events in its journal, made once by the gateway itself.</summary>
internal sealed class BigJournal : IDisposable
{
    public const int Events = 1_000_000;

    private static readonly string[] Keep = ["--Gateway:Journal:KeepEvents=2000000", "--Gateway:Journal:KeepEventsPerVm=2000000"];
    private static readonly Lazy<Task<BigJournal>> One = new(MakeAsync);

    private readonly Temporary directory = new();

    /// <summary>The one of this run.</summary>
    public static Task<BigJournal> GetAsync() => One.Value;

    public string Database => Path.Combine(directory.Path, "data", "journal.db");

    /// <summary>Starts the gateway on it.</summary>
    public Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(new DirectoryInfo(directory.Path), Keep);

    public void Dispose() => directory.Dispose();

    private static async Task<BigJournal> MakeAsync()
    {
        var journal = new BigJournal();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => journal.Dispose();
        using var sockets = new Temporary();
        await using var fake = await Child.StartOwnAsync("fakes", sockets.Path, "1");
        await using var gateway = await GatewayProcess.StartAsync(new DirectoryInfo(journal.directory.Path), [.. Keep, GatewayProcess.Vm("vm", sockets.PathOf("0.sock"))]);
        await gateway.ConnectedAsync(1);
        using var head = await JournalHead.ConnectAsync(gateway.Child.Address);
        var before = await head.ReadAsync();
        for (var sent = 0; sent < Events; sent += Events / 10)
        {
            fake.Tell($"0 1 {Events / 10} 0");
            await head.ReachAsync(before + sent + (Events / 10));
        }

        return journal;
    }
}
