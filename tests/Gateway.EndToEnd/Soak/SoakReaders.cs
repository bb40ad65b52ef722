using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Threading.Channels;
using Gateway.EndToEnd.Support;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.EndToEnd.Soak;

/// <summary>Readers of every kind, with filters of every kind.</summary>
internal static class SoakReaders
{
    private static readonly string[][] Vms = [[], ["fake-*"], ["fake-1", "fake-2"], ["fake-1*", "qemu-*"], ["qemu-0"], ["fake-5", "fake-0"]];

    private static readonly string[][] Events =
    [
        [.. SoakFake.Names, "VM_CONNECTED", "VM_DISCONNECTED"], [SoakFake.Names[0]], [SoakFake.Names[1], "VM_STATUS_CHANGED", "RESET"],
        ["COMMAND_FINISHED_LATE", "VM_ADDED", "VM_REMOVED"],
    ];

    public static SoakReader Draw(int number, SoakPlan plan, SoakGateway gateway, SoakReport report)
    {
        var random = plan.RandomFor($"reader {number}");
        var vms = Vms[random.Next(Vms.Length)];
        var some = Events[random.Next(Events.Length)];
        // Subscribe shows what has a handler, the others may show all.
        var any = random.Next(2) == 0 ? [] : some;
        return (number % 8) switch
        {
            0 or 1 => new SseReading(gateway, new SoakFilter(vms, any), random, report),
            2 => new PageReader(waits: false, gateway, new SoakFilter(vms, any), random, report),
            3 => new PageReader(waits: true, gateway, new SoakFilter(vms, any), random, report),
            var hub => new HubSession(messagePack: hub >= 6, subscribes: hub % 2 == 0, gateway, new SoakFilter(vms, hub % 2 == 0 ? some : any), random, report),
        };
    }
}

/// <summary>Server-sent events, resumed by <c>Last-Event-ID</c>.</summary>
internal sealed class SseReading(SoakGateway gateway, SoakFilter filter, Random random, SoakReport report) : SoakReader(gateway, filter, random, report)
{
    public override string Kind => "server-sent events";

    protected override async Task ReadAsync(GatewayLife life, CancellationToken session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/events?{Filter.Query}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (Cursor is { } after)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        using var response = await life.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, session);
        response.EnsureSuccessStatusCode();
        Begin(response.Headers.GetValues("X-Cursor").Single());
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(session)).EnumerateAsync(session))
        {
            await TakeAsync(JsonElement.Parse(item.Data));
        }

        throw new EndOfStreamException("the stream ended");
    }
}

/// <summary>The hub: <c>Subscribe</c> with a handler for each name, or <c>Stream</c>.</summary>
internal sealed class HubSession(bool messagePack, bool subscribes, SoakGateway gateway, SoakFilter filter, Random random, SoakReport report)
    : SoakReader(gateway, filter, random, report)
{
    public override string Kind => $"hub {(subscribes ? "Subscribe" : "Stream")}, {(messagePack ? "MessagePack" : "JSON")}";

    protected override async Task ReadAsync(GatewayLife life, CancellationToken session)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(life.Http.BaseAddress!, "/hubs/events"));
        await using var connection = (messagePack ? builder.AddMessagePackProtocol() : builder).Build();
        // What a handler of an ended session still hears must not count: it is kept apart until it is taken.
        var heard = Channel.CreateUnbounded<JsonElement>();
        connection.Closed += failure =>
        {
            heard.Writer.TryComplete(failure ?? new EndOfStreamException("the connection ended"));
            return Task.CompletedTask;
        };
        await connection.StartAsync(session);
        object wanted = Cursor is { } after
            ? new { vms = Filter.Vms, events = Filter.Events, after }
            : new { vms = Filter.Vms, events = Filter.Events };
        if (subscribes)
        {
            await SubscribeAsync(connection, wanted, heard.Writer, session);
            await foreach (var envelope in heard.Reader.ReadAllAsync(session))
            {
                await TakeAsync(envelope);
            }
        }
        else
        {
            // Stream tells no cursor to begin with, so it begins at one that the list told.
            if (Cursor is null)
            {
                var list = JsonElement.Parse(await life.Http.GetStringAsync(new Uri("/vms", UriKind.Relative), session));
                Begin(list.GetProperty("cursor").GetString()!);
                wanted = new { vms = Filter.Vms, events = Filter.Events, after = Cursor };
            }

            await foreach (var envelope in connection.StreamAsync<object>("Stream", wanted, session))
            {
                await TakeAsync(Json(envelope));
            }
        }

        throw new EndOfStreamException("the stream ended");
    }

    private async Task SubscribeAsync(HubConnection connection, object wanted, ChannelWriter<JsonElement> heard, CancellationToken session)
    {
        foreach (var name in Filter.Events)
        {
            connection.On<object>(name, envelope => heard.TryWrite(Json(envelope)));
        }

        connection.On<object>("CursorExpired", expired => Report.Broken($"{this}: CursorExpired {expired}, and nothing was dropped"));
        Begin(Json(await connection.InvokeAsync<object>("Subscribe", wanted, session)).GetProperty("cursor").GetString()!);
    }

    private JsonElement Json(object value) => messagePack ? Same.FromMessagePack(value) : (JsonElement)value;
}

/// <summary>History, page by page from the oldest on; with <c>wait</c> a long poll.</summary>
internal sealed class PageReader(bool waits, SoakGateway gateway, SoakFilter filter, Random random, SoakReport report) : SoakReader(gateway, filter, random, report)
{
    private readonly Random random = random;

    public override string Kind => waits ? "long poll" : "history";

    protected override async Task ReadAsync(GatewayLife life, CancellationToken session)
    {
        Begin("0");
        while (true)
        {
            var path = $"/events?{Filter.Query}&after={Cursor}&limit={(Hurries ? 1000 : random.Next(1, 1000))}{(waits ? "&wait=5" : "")}";
            var page = JsonElement.Parse(await life.Http.GetStringAsync(new Uri(path, UriKind.Relative), session));
            foreach (var envelope in page.GetProperty("items").EnumerateArray())
            {
                await TakeAsync(envelope);
            }

            Move(page.GetProperty("next").GetString()!);
            if (!waits && (!Hurries || page.GetProperty("items").GetArrayLength() == 0))
            {
                await Task.Delay(random.Next(500), session);
            }
        }
    }
}
