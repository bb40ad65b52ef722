using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using MessagePack;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.SignalR;
using QmpGateway.Qmp;

namespace Benchmarks.References;

/// <summary>What the framework does by itself, with nothing of the gateway around it.</summary>
internal static class Servers
{
    public static async Task<int> RunAsync(string kind, string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        switch (kind)
        {
            case "mvc":
                builder.Services.AddControllers();
                break;
            case "signalr":
                builder.Services.AddSignalR().AddMessagePackProtocol();
                break;
        }

        await using var app = builder.Build();
        switch (kind)
        {
            case "bare":
                app.MapGet("/", static () => "ready");
                break;
            case "mvc":
                app.MapControllers();
                break;
            case "signalr":
                app.MapHub<BareHub>("/hub");
                var hub = app.Services.GetRequiredService<IHubContext<BareHub>>();
                await FeedAsync(arguments[0], happened => hub.Clients.All.SendAsync(happened.Event, happened));
                break;
            case "sse":
                var clients = new List<Channel<byte[]>>();
                app.MapGet("/", context => StreamAsync(context, clients));
                await FeedAsync(arguments[0], happened =>
                {
                    var text = JsonSerializer.SerializeToUtf8Bytes(happened, JsonSerializerOptions.Web);
                    byte[] block = [.. "event: BENCH\ndata: "u8, .. text, .. "\n\n"u8];
                    lock (clients)
                    {
                        return Task.WhenAll(clients.Select(client => WriteAsync(client, block)));
                    }
                });
                break;
        }

        await app.RunAsync();
        return 0;
    }

    /// <summary>Sends each event of a monitor on, one after the other.</summary>
    private static async Task FeedAsync(string socket, Func<Happened, Task> send)
    {
        var events = Channel.CreateUnbounded<QmpEvent>();
        await QmpClient.ConnectAsync(QmpEndpoint.Parse($"unix:{socket}"), new QmpClientOptions { OnEvent = one => events.Writer.TryWrite(one) });
        _ = Task.Run(async () =>
        {
            await foreach (var one in events.Reader.ReadAllAsync())
            {
                var data = JsonSerializer.Deserialize<Payload>(one.Data.Utf8.Span, JsonSerializerOptions.Web)!;
                await send(new Happened($"{data.Number}", "vm", one.Name, "qemu", one.Timestamp?.ToString("O"), DateTimeOffset.UtcNow.ToString("O"), data));
            }
        });
    }

    private static async Task WriteAsync(Channel<byte[]> client, byte[] block)
    {
        try
        {
            await client.Writer.WriteAsync(block);
        }
        catch (ChannelClosedException)
        {
            // It went meanwhile.
        }
    }

    private static async Task StreamAsync(HttpContext context, List<Channel<byte[]>> clients)
    {
        var own = Channel.CreateBounded<byte[]>(1024);
        lock (clients)
        {
            clients.Add(own);
        }

        try
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync();
            await foreach (var block in own.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.Body.WriteAsync(block);
                await context.Response.Body.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The reader went.
        }
        finally
        {
            lock (clients)
            {
                clients.Remove(own);
            }

            own.Writer.TryComplete();
        }
    }
}

/// <summary>An event as large as the gateway's envelope of it. Public, as MessagePack wants it.</summary>
[MessagePackObject]
public sealed record Happened(
    [property: Key("id")] string Id,
    [property: Key("vm")] string Vm,
    [property: Key("event")] string Event,
    [property: Key("origin")] string Origin,
    [property: Key("timestamp")] string? Timestamp,
    [property: Key("receivedAt")] string ReceivedAt,
    [property: Key("data")] Payload Data);

/// <summary>What a fake sends.</summary>
[MessagePackObject]
public sealed record Payload([property: Key("number"), JsonPropertyName("number")] long Number, [property: Key("sent"), JsonPropertyName("sent")] long Sent);

/// <summary>A hub that only tells.</summary>
public sealed class BareHub : Hub;

/// <summary>A constant answer.</summary>
[ApiController]
public sealed class ConstantController : ControllerBase
{
    private static readonly Dictionary<string, object> Status = new() { ["running"] = true, ["singlestep"] = false, ["status"] = "running" };

    [HttpGet("/status")]
    public ActionResult<Dictionary<string, object>> Get() => Status;
}
