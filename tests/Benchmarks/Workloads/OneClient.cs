using Benchmarks.Load;
using Benchmarks.Processes;
using TestSupport.Qemu;

namespace Benchmarks.Workloads;

/// <summary>One client that asks and acts, in front of a real QEMU, whose other monitor is the reference.</summary>
internal sealed class OneClient : IWorkload, IAsyncDisposable
{
    private readonly Stack kept = new();
    private (QmpLine Raw, HttpLine Http)? started;

    private static readonly Pair Same = new("raw socket against itself (the noise): p50, µs", "raw socket, 1 in flight", 1, AtMost: true);
    private static readonly Pair Status = new("`GET /status`, 1 client: p50, µs", "raw socket, 1 in flight", 1.10, AtMost: true);
    private static readonly Pair StopAndCont = new("`POST /stop` and `/cont` in turn: p50, µs", "raw socket", 1.25, AtMost: true);

    public string Name => "one";

    public async Task<IReadOnlyList<Measured>> MeasureAsync(int round)
    {
        var (raw, http) = started ??= await StartAsync();
        return
        [
            await PairAsync(Same, Query, null), await PairAsync(Status, Query, [HttpLine.Request("GET", "/status")]),
            await PairAsync(StopAndCont, [.. "{\"execute\":\"stop\",\"id\":1}\n"u8, .. "{\"execute\":\"cont\",\"id\":2}\n"u8], [HttpLine.Request("POST", "/stop"), HttpLine.Request("POST", "/cont")]),
        ];

        async Task<Measured> PairAsync(Pair pair, byte[] commands, byte[][]? requests)
        {
            var lines = commands.AsMemory();
            var turns = Lines(lines);
            var (reference, measured) = await Timing.BothAsync(
                round,
                async () => await Timing.MedianAsync(() => TurnAsync(turns, one => raw.SendAsync(one, 1))),
                async () => requests is null
                    ? await Timing.MedianAsync(() => TurnAsync(turns, one => raw.SendAsync(one, 1)))
                    : await Timing.MedianAsync(() => TurnAsync([.. requests.Select(static one => one.AsMemory())], async one => await http.SendAsync(one))));
            return new Measured(pair, reference / turns.Length, measured / turns.Length);
        }
    }

    public ValueTask DisposeAsync() => kept.DisposeAsync();

    private async Task<(QmpLine Raw, HttpLine Http)> StartAsync()
    {
        var socket = kept.Add(new Temporary()).PathOf("raw");
        var qemu = kept.Add(await RealQemu.StartAsync(new() { Guest = Guests.Idle, Arguments = ["-qmp", $"unix:{socket},server=on,wait=off"] }));
        var raw = kept.Add(await QmpLine.ConnectAsync(socket));
        var gateway = kept.Add(await GatewayProcess.StartAsync(null, GatewayProcess.Vm("vm", qemu.SocketPath)));
        await gateway.ConnectedAsync(1);
        var http = kept.Add(await HttpLine.ConnectAsync(gateway.Child.Address));
        await Timing.WarmUpAsync(async () => await http.SendAsync(HttpLine.Request("GET", "/status")));
        return (raw, http);
    }

    internal static byte[] Query { get; } = [.. "{\"execute\":\"query-status\",\"id\":1}\n"u8];

    private static Memory<byte>[] Lines(Memory<byte> commands)
    {
        var lines = new List<Memory<byte>>();
        while (commands.Span.IndexOf((byte)'\n') is >= 0 and var end)
        {
            lines.Add(commands[..(end + 1)]);
            commands = commands[(end + 1)..];
        }

        return [.. lines];
    }

    private static async ValueTask TurnAsync(Memory<byte>[] turns, Func<ReadOnlyMemory<byte>, ValueTask> send)
    {
        foreach (var turn in turns)
        {
            await send(turn);
        }
    }
}
