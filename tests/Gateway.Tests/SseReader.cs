using System.Text.Json;

namespace Gateway.Tests;

/// <summary>A reader of server-sent events that believes nothing but the specification.</summary>
public sealed class SseReader : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly StreamReader reader;

    private SseReader(HttpResponseMessage response, StreamReader reader) => (this.response, this.reader) = (response, reader);

    public string? Cursor => response.Headers.TryGetValues("X-Cursor", out var values) ? values.Single() : null;

    public string? ContentType => response.Content.Headers.ContentType?.ToString();

    public static async Task<SseReader> OpenAsync(GatewayHost host, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers.Append(("Accept", "text/event-stream")))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new SseReader(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    public async Task<string?> LineAsync()
    {
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        return await reader.ReadLineAsync(limit.Token);
    }

    /// <summary>The next event that has data.</summary>
    public async Task<(string? Id, string? Name, JsonElement Data)> NextAsync()
    {
        string? id = null, name = null, data = null;
        while (true)
        {
            var line = await LineAsync() ?? throw new EndOfStreamException();
            switch (line.Split(": ", 2))
            {
                case ["id", var value]: id = value; break;
                case ["event", var value]: name = value; break;
                case ["data", var value]: data = value; break;
                case [""] when data is not null: return (id, name, JsonElement.Parse(data));
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        response.Dispose();
        return default;
    }
}
