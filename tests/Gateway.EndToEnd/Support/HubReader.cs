using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Support;

/// <summary>A client of the hub as anyone would write it in .NET: a handler for each event's name, then <c>Subscribe</c>.</summary>
public sealed class HubReader : IAsyncDisposable
{
    private readonly HubConnection connection;
    private readonly ConcurrentQueue<JsonElement> events = [];

    private HubReader(HubConnection connection) => this.connection = connection;

    /// <summary>The envelopes that came so far, in order.</summary>
    public IReadOnlyCollection<JsonElement> Events => events;

    /// <summary>The answer to <c>Subscribe</c>.</summary>
    public string Cursor { get; private set; } = "";

    /// <summary>Ends when the connection does.</summary>
    public Task Closed { get; private set; } = Task.CompletedTask;

    /// <summary>Connects and subscribes; returns once nothing will be missed.</summary>
    /// <param name="gateway">Whose hub.</param>
    /// <param name="messagePack">The protocol: MessagePack, or else JSON.</param>
    /// <param name="names">The events to register handlers for.</param>
    /// <param name="filter">The argument of <c>Subscribe</c>.</param>
    public static async Task<HubReader> SubscribeAsync(RealGateway gateway, bool messagePack, IEnumerable<string> names, object filter)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(gateway.Address, "/hubs/events"));
        var reader = new HubReader((messagePack ? builder.AddMessagePackProtocol() : builder).Build());
        foreach (var name in names)
        {
            _ = messagePack
                ? reader.connection.On<object>(name, envelope => reader.events.Enqueue(Same.FromMessagePack(envelope)))
                : reader.connection.On<JsonElement>(name, reader.events.Enqueue);
        }

        var closed = new TaskCompletionSource();
        reader.Closed = closed.Task;
        reader.connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        using var limit = new CancellationTokenSource(RealQemu.Patience);
        await reader.connection.StartAsync(limit.Token);
        var subscribed = messagePack
            ? Same.FromMessagePack(await reader.connection.InvokeAsync<object>("Subscribe", filter, limit.Token))
            : await reader.connection.InvokeAsync<JsonElement>("Subscribe", filter, limit.Token);
        reader.Cursor = subscribed.GetProperty("cursor").GetString()!;
        return reader;
    }

    /// <summary>Waits for the event of this id.</summary>
    public async Task<JsonElement> WaitForAsync(string id)
    {
        var found = default(JsonElement);
        await Poll.UntilAsync(
            () =>
            {
                found = events.FirstOrDefault(envelope => envelope.GetProperty("id").ValueEquals(id));
                return Task.FromResult(found.ValueKind == JsonValueKind.Undefined ? $"no event {id}" : "there");
            },
            "there");
        return found;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
