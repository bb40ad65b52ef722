using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests;

/// <summary>How a client reaches the hub.</summary>
public enum HubVia
{
    JsonOverWebSockets,
    JsonOverLongPolling,
    JsonOverEvents,
    MessagePackOverWebSockets,
    MessagePackOverLongPolling,
}

/// <summary>A client of the hub that hears what it was told of by name; values come as JSON, whatever carried them.</summary>
public sealed class HubClient : IAsyncDisposable
{
    private readonly Channel<(string Method, JsonElement Argument)> heard = Channel.CreateUnbounded<(string, JsonElement)>();

    private HubClient(HubConnection connection) => Connection = connection;

    public HubConnection Connection { get; }

    public static Task<HubClient> ConnectAsync(GatewayHost host, HubVia via, params string[] methods) => ConnectWithKeyAsync(host, via, key: null, methods);

    /// <param name="host">The gateway.</param>
    /// <param name="via">Transport and protocol.</param>
    /// <param name="key">An API key, sent as browsers do it; null for none.</param>
    /// <param name="methods">What to hear.</param>
    public static async Task<HubClient> ConnectWithKeyAsync(GatewayHost host, HubVia via, string? key, params string[] methods)
    {
        var builder = new HubConnectionBuilder().WithUrl("http://localhost/hubs/events", options =>
        {
            options.AccessTokenProvider = () => Task.FromResult(key);
            options.HttpMessageHandlerFactory = _ => host.Server.CreateHandler();
            options.WebSocketFactory = async (context, cancellationToken) =>
                await host.Server.CreateWebSocketClient().ConnectAsync(
                    key is null ? context.Uri : new Uri($"{context.Uri}&access_token={key}"), cancellationToken);
            options.Transports = via switch
            {
                HubVia.JsonOverLongPolling or HubVia.MessagePackOverLongPolling => HttpTransportType.LongPolling,
                HubVia.JsonOverEvents => HttpTransportType.ServerSentEvents,
                _ => HttpTransportType.WebSockets,
            };
        });
        var packed = via is HubVia.MessagePackOverWebSockets or HubVia.MessagePackOverLongPolling;
        if (packed)
        {
            builder.AddMessagePackProtocol();
        }

        var client = new HubClient(builder.Build());
        foreach (var method in methods)
        {
            // MessagePack is read without the gateway's own formatter, as any client would.
            _ = packed
                ? client.Connection.On<object>(method, argument => client.heard.Writer.TryWrite((method, JsonSerializer.SerializeToElement(argument))))
                : client.Connection.On<JsonElement>(method, argument => client.heard.Writer.TryWrite((method, argument)));
        }

        await client.Connection.StartAsync();
        return client;
    }

    /// <summary>Subscribes; answers the cursor.</summary>
    public async Task<string> SubscribeAsync(object? filter)
    {
        var answer = JsonSerializer.SerializeToElement(await Connection.InvokeAsync<object>("Subscribe", filter));
        return answer.Text("cursor")!;
    }

    public IAsyncEnumerable<object> Stream(object? filter, CancellationToken cancellationToken) =>
        Connection.StreamAsync<object>("Stream", filter, cancellationToken);

    /// <summary>The next call of a client method.</summary>
    public async Task<(string Method, JsonElement Argument)> NextAsync()
    {
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        return await heard.Reader.ReadAsync(limit.Token);
    }

    public bool HasHeardMore => heard.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
