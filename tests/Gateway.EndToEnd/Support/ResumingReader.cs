using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Support;

/// <summary>
/// A reader as a client would write it for a gateway that comes and goes: it opens its stream again and again, each time after the last event
/// that it was shown.
/// </summary>
public sealed class ResumingReader : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<JsonElement> shown = [];
    private readonly CancellationTokenSource over = new();
    private readonly Task reading;
    private string after = "start";

    private ResumingReader(Func<ResumingReader, Task> openAndRead) => reading = Task.Run(() => RunAsync(openAndRead));

    /// <summary>All events shown so far, in the order in which they came.</summary>
    public IReadOnlyCollection<JsonElement> Shown => shown;

    /// <summary>How often it had a stream.</summary>
    public int Openings { get; private set; }

    /// <summary>By server-sent events.</summary>
    public static ResumingReader OfStream(Uri address, string path) => new(async reader =>
    {
        using var http = new HttpClient { BaseAddress = address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("Last-Event-ID", reader.after);
        using var response = (await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, reader.over.Token)).EnsureSuccessStatusCode();
        reader.Openings++;
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(reader.over.Token)).EnumerateAsync(reader.over.Token))
        {
            reader.Show(JsonDocument.Parse(item.Data).RootElement);
        }
    });

    /// <summary>By the hub's stream.</summary>
    public static ResumingReader OfHub(Uri address, string[] vms) => new(async reader =>
    {
        await using var connection = new HubConnectionBuilder().WithUrl(new Uri(address, "/hubs/events")).Build();
        await connection.StartAsync(reader.over.Token);
        reader.Openings++;
        await foreach (var envelope in connection.StreamAsync<JsonElement>("Stream", new { vms, reader.after }, reader.over.Token))
        {
            reader.Show(envelope);
        }
    });

    /// <summary>By history, page after page.</summary>
    public static ResumingReader OfPages(Uri address, string query) => new(async reader =>
    {
        using var http = new HttpClient { BaseAddress = address };
        reader.Openings++;
        while (true)
        {
            using var page = JsonDocument.Parse(await http.GetStringAsync($"/events?{query}&limit=100&wait=5&after={reader.after}", reader.over.Token));
            foreach (var envelope in page.RootElement.GetProperty("items").EnumerateArray())
            {
                reader.Show(envelope.Clone());
            }

            reader.after = page.RootElement.GetProperty("next").GetString()!;
        }
    });

    /// <summary>Waits until it has a stream that it had not before.</summary>
    public Task UntilOpenedAsync(int before) => Poll.UntilAsync(() => Task.FromResult(Openings > before ? "open" : "not yet"), "open");

    /// <summary>Waits until the event of this id was shown.</summary>
    public Task UntilAsync(string id) => Poll.UntilAsync(() => Task.FromResult(shown.Any(e => e.Id() == id) ? "shown" : $"{shown.Count} events"), "shown");

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await reading;
    }

    private void Show(JsonElement envelope)
    {
        after = envelope.Id();
        shown.Enqueue(envelope);
    }

    private async Task RunAsync(Func<ResumingReader, Task> openAndRead)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await openAndRead(this);
            }
            catch (Exception gone) when (gone is not (HubException or HttpRequestException { StatusCode: not null }))
            {
                // The gateway was killed, which looks like many things, or this is the end. An answer that is a refusal is none of them.
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }
}
