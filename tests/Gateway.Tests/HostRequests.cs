using Xunit;

namespace Gateway.Tests;

/// <summary>Sends requests to a gateway.</summary>
public static class HostRequests
{
    public static Task<Answer> GetAsync(this GatewayHost host, string path, params (string Name, string Value)[] headers) => host.SendAsync("GET", path, null, headers);

    public static Task<Answer> PostAsync(this GatewayHost host, string path, string? body = null, params (string Name, string Value)[] headers) => host.SendAsync("POST", path, body, headers);

    public static Task<Answer> PutAsync(this GatewayHost host, string path, string body, params (string Name, string Value)[] headers) => host.SendAsync("PUT", path, body, headers);

    public static async Task<Answer> SendAsync(this GatewayHost host, string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value) || request.Content!.Headers.TryAddWithoutValidation(name, value));
        }

        return await host.SendAsync(request);
    }

    public static async Task<Answer> SendAsync(this GatewayHost host, HttpRequestMessage request)
    {
        using var response = await host.Client.SendAsync(request);
        return new Answer(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.ToString(),
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync());
    }
}
