using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Text.Json;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Support;

/// <summary>One event of a stream: its three fields, the data as text.</summary>
public sealed record SseEvent(string? Id, string Name, string Data)
{
    public JsonElement Envelope => JsonDocument.Parse(Data).RootElement;
}

/// <summary>A reader of a stream of server-sent events.</summary>
public sealed class SseReader : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly CancellationTokenSource over = new();
    private readonly ConcurrentQueue<SseEvent> events = [];

    private SseReader(HttpResponseMessage response)
    {
        this.response = response;
        Ended = Task.Run(ReadAsync);
    }

    /// <summary>The events that came so far, in order.</summary>
    public IReadOnlyCollection<SseEvent> Events => events;

    /// <summary>The point from which on nothing will be missed.</summary>
    public string Cursor => response.Headers.GetValues("X-Cursor").Single();

    /// <summary>Ends when the stream does, however.</summary>
    public Task Ended { get; }

    /// <summary>Opens a stream; returns when the headers have come.</summary>
    /// <param name="gateway">Whose events.</param>
    /// <param name="path">The route, with its query.</param>
    /// <param name="lastEventId">The cursor to resume from.</param>
    public static async Task<SseReader> OpenAsync(RealGateway gateway, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new SseReader(response.EnsureSuccessStatusCode());
    }

    /// <summary>Waits for the event of this id.</summary>
    public async Task<SseEvent> WaitForAsync(string id)
    {
        SseEvent? found = null;
        await Poll.UntilAsync(
            () => Task.FromResult((found = events.FirstOrDefault(e => e.Id == id)) is null ? $"no event {id}" : "there"), "there");
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await Ended;
        response.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(over.Token));
            await foreach (var item in parser.EnumerateAsync(over.Token))
            {
                events.Enqueue(new SseEvent(item.EventId, item.EventType, item.Data));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or HttpRequestException)
        {
            // Disposed, or the gateway was killed.
        }
    }
}
