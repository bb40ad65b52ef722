using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Gateway.Api;
using Gateway.Hubs;
using Gateway.Journal;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace MicroBenchmarks;

/// <summary>An event as its readers get it: once for all readers of a hub's protocol, once for each of server-sent events.</summary>
public class ReaderBenchmarks
{
    private readonly PipeWriter nowhere = PipeWriter.Create(Stream.Null);
    private readonly JournalEntry entry = Samples.Entry(1_000_000);
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
    public int HubJson() => HubSubscription.Serialize(entry).GetSerializedMessage(json).Length;

    [Benchmark(Description = "event for the hub, MessagePack")]
    public int HubMessagePack() => HubSubscription.Serialize(entry).GetSerializedMessage(messagePack).Length;

    [Benchmark(Description = "event as a server-sent one")]
    public ValueTask<FlushResult> ServerSent()
    {
        ServerSentEvents.Write(nowhere, entry);
        return nowhere.FlushAsync();
    }
}
