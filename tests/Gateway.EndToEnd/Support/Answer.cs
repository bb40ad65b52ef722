using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Gateway.EndToEnd.Support;

/// <summary>What the gateway answered to one request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="MediaType">The body's type; null without a body.</param>
/// <param name="Headers">All headers but the body's.</param>
/// <param name="Text">The body, as sent.</param>
public sealed record Answer(HttpStatusCode Status, string? MediaType, ILookup<string, string> Headers, string Text)
{
    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.SelectMany(static header => header.Value.Select(value => (header.Key, Value: value)))
            .ToLookup(static header => header.Key, static header => header.Value, StringComparer.OrdinalIgnoreCase);
        var content = response.Content;
        return new Answer(response.StatusCode, content.Headers.ContentType?.MediaType, headers, await content.ReadAsStringAsync());
    }

    /// <summary>The body of an answer that has one and is no failure.</summary>
    public JsonElement Json()
    {
        Assert.True(Status is HttpStatusCode.OK or HttpStatusCode.Created, $"{(int)Status} {Text}");
        return JsonDocument.Parse(Text).RootElement;
    }

    /// <summary>Nothing failed, and there is nothing to say.</summary>
    public void NoContent() => Assert.True(Status == HttpStatusCode.NoContent && Text.Length == 0, $"{(int)Status} {Text}");

    /// <summary>The problem of a failure of this kind.</summary>
    public JsonElement Problem(int status, string slug)
    {
        Assert.True((int)Status == status && MediaType == "application/problem+json", $"{(int)Status} {MediaType} {Text}");
        var problem = JsonDocument.Parse(Text).RootElement;
        Assert.Equal($"urn:qmp-gateway:{slug}", problem.GetProperty("type").GetString());
        return problem;
    }
}

/// <summary>Requests in one line.</summary>
public static class Requests
{
    public static Task<Answer> GetAsync(this RealGateway gateway, string path) => SendAsync(gateway, HttpMethod.Get, path);

    /// <param name="gateway">Whom to ask.</param>
    /// <param name="path">The route, from the slash on.</param>
    /// <param name="body">JSON; without one the request has none.</param>
    /// <param name="run">The <c>If-Match</c>.</param>
    /// <param name="key">The <c>Idempotency-Key</c>.</param>
    public static Task<Answer> PostAsync(this RealGateway gateway, string path, string? body = null, string? run = null, string? key = null) =>
        SendAsync(gateway, HttpMethod.Post, path, body, run, key);

    public static Task<Answer> PutAsync(this RealGateway gateway, string path, string body) =>
        SendAsync(gateway, HttpMethod.Put, path, body);

    public static Task<Answer> DeleteAsync(this RealGateway gateway, string path) => SendAsync(gateway, HttpMethod.Delete, path);

    private static async Task<Answer> SendAsync(
        RealGateway gateway, HttpMethod method, string path, string? body = null, string? run = null, string? key = null)
    {
        if (gateway.Through is { } prism)
        {
            var valid = await SendAsync(prism.Http, method, path, body, run, key);
            ThroughPrism.AssertValid(method, path, valid.Text);
            if (!ThroughPrism.IsRounded(method, valid.Text))
            {
                return valid;
            }
        }

        return await SendAsync(gateway.Http, method, path, body, run, key);
    }

    private static async Task<Answer> SendAsync(HttpClient http, HttpMethod method, string path, string? body, string? run, string? key)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        if (run is not null)
        {
            request.Headers.Add("If-Match", $"\"{run}\"");
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
