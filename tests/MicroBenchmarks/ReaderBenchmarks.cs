using BenchmarkDotNet.Attributes;
using Gateway.Api.Streams;
using Gateway.Hubs;
using Gateway.Journal;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace MicroBenchmarks;

/// <summary>An event as its readers get it: made once for all readers of a protocol.</summary>
public class ReaderBenchmarks
{
    private const int Batch = 100;

    private readonly JournalEntry entry = Samples.Entry(1_000_000);
    private readonly JournalEntry[] batch = [.. Enumerable.Range(1_000_000, Batch).Select(static id => Samples.Entry(id))];
    private IHubProtocol json = null!;
    private IHubProtocol messagePack = null!;

    [GlobalSetup]
    public void Resolve()
    {
        var services = new ServiceCollection().AddLogging().AddEventsHub().BuildServiceProvider();
        var protocols = services.GetServices<IHubProtocol>().ToDictionary(static protocol => protocol.Name);
        (json, messagePack) = (protocols["json"], protocols["messagepack"]);
    }

    [Benchmark(Description = "event for the hub, JSON")]
    public int HubJson() => HubSubscription.Serialize(entry, entry.Name).GetSerializedMessage(json).Length;

    [Benchmark(Description = "event for the hub, MessagePack")]
    public int HubMessagePack() => HubSubscription.Serialize(entry, entry.Name).GetSerializedMessage(messagePack).Length;

    [Benchmark(Description = "event as a server-sent one, in batches of 100", OperationsPerInvoke = Batch)]
    public int ServerSent() => ServerSentEvents.Encode(batch).Length;
}
