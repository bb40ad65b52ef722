using Benchmarks.Load;
using Benchmarks.Processes;

namespace Benchmarks.Workloads;

/// <summary>A server that a fake feeds with events: the gateway, or a reference.</summary>
internal sealed class Fed : IDisposable
{
    private readonly Temporary directory = new();
    private readonly bool isGateway;
    private Child? fakes;
    private GatewayProcess? gateway;
    private Child? reference;

    private Fed(bool isGateway) => this.isGateway = isGateway;

    /// <summary>Events sent so far; the next one has this number.</summary>
    public int Sent { get; private set; }

    public Child Server => gateway?.Child ?? reference!;

    public static async Task<Fed> StartAsync(bool isGateway, string referenceVerb)
    {
        var fed = new Fed(isGateway) { };
        fed.fakes = await Child.StartOwnAsync("fakes", fed.directory.Path, "1");
        var socket = fed.directory.PathOf("0.sock");
        if (isGateway)
        {
            fed.gateway = await GatewayProcess.StartAsync(null, GatewayProcess.Vm("vm", socket));
            await fed.gateway.ConnectedAsync(1);
        }
        else
        {
            fed.reference = await Child.StartOwnAsync(referenceVerb, socket);
        }

        return fed;
    }

    /// <summary>Has the fake send so many events, so many a second, or as fast as can be.</summary>
    public void Send(int events, int perSecond)
    {
        Sent += events;
        fakes!.Tell($"0 1 {events} {perSecond}");
    }

    /// <summary>Sends some events that nobody measures, to a few readers of the kind that will be measured.</summary>
    public async Task WarmUpAsync(int events, Encoded encoded, Func<int, Func<Sequence>, Task<Readers>> open)
    {
        using var readers = await open(10, () => new Sequence(encoded, Sent, events));
        Send(events, 0);
        await readers.WholeAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Readers by the hub.</summary>
    public Task<Readers> HubReadersAsync(int count, Encoded encoded, Func<Sequence> sequence) =>
        Readers.OfHubAsync(Server.Address, isGateway ? "/hubs/events" : "/hub", isGateway, count, sequence, encoded);

    /// <summary>Readers by server-sent events.</summary>
    public Task<Readers> StreamReadersAsync(int count, Func<Sequence> sequence) =>
        Readers.OfStreamAsync(Server.Address, isGateway ? "/events" : "/", count, sequence);

    public void Dispose()
    {
        foreach (var process in (IAsyncDisposable?[])[gateway, reference, fakes])
        {
            process?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        directory.Dispose();
    }
}
