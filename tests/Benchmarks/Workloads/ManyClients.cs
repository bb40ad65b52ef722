using Benchmarks.Load;
using Benchmarks.Processes;
using TestSupport.Qemu;

namespace Benchmarks.Workloads;

/// <summary>64 clients that ask one real QEMU at once.</summary>
internal sealed class ManyClients : IWorkload, IAsyncDisposable
{
    private const int Clients = 64;
    private const int InFlight = 8;

    private static readonly Pair Raw = new("`GET /status`, 64 clients: answers/s", "raw socket, 8 in flight with oob", 10, AtMost: false);
    private static readonly Pair Bare = new("the same", "bare MVC controller with a constant answer", 0.9, AtMost: false);

    private readonly Stack kept = new();
    private (QmpLine Raw, Child Mvc, GatewayProcess Gateway)? started;

    public string Name => "many";

    public async Task<IReadOnlyList<Measured>> MeasureAsync(int round)
    {
        var (raw, mvc, gateway) = started ??= await StartAsync();
        byte[] eight = [.. Enumerable.Range(0, InFlight).SelectMany(static _ => OneClient.Query)];
        var (ofRaw, first) = await Timing.BothAsync(
            round, async () => InFlight * await Timing.RateAsync([raw], line => line.SendAsync(eight, InFlight)), () => HttpAsync(gateway.Child.Address));
        var (ofBare, second) = await Timing.BothAsync(round, () => HttpAsync(mvc.Address), () => HttpAsync(gateway.Child.Address));
        return [new Measured(Raw, ofRaw, first), new Measured(Bare, ofBare, second)];
    }

    public ValueTask DisposeAsync() => kept.DisposeAsync();

    private async Task<(QmpLine Raw, Child Mvc, GatewayProcess Gateway)> StartAsync()
    {
        var socket = kept.Add(new Temporary()).PathOf("raw");
        var qemu = kept.Add(await RealQemu.StartAsync(new() { Guest = Guests.Idle, Arguments = ["-qmp", $"unix:{socket},server=on,wait=off"] }));
        var raw = kept.Add(await QmpLine.ConnectAsync(socket));
        var mvc = kept.Add(await Child.StartOwnAsync("mvc"));
        var gateway = kept.Add(await GatewayProcess.StartAsync(null, GatewayProcess.Vm("vm", qemu.SocketPath)));
        await gateway.ConnectedAsync(1);
        await HttpAsync(mvc.Address);
        await HttpAsync(gateway.Child.Address);
        return (raw, mvc, gateway);
    }

    private static async Task<double> HttpAsync(Uri server)
    {
        var request = HttpLine.Request("GET", "/status");
        var lines = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => HttpLine.ConnectAsync(server)));
        var rate = await Timing.RateAsync(lines, async line => await line.SendAsync(request));
        Array.ForEach(lines, static line => line.Dispose());
        return rate;
    }
}
