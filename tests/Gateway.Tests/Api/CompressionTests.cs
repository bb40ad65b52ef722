using System.IO.Compression;
using System.Text.Json;
using Xunit;

namespace Gateway.Tests.Api;

/// <summary>Long answers are compressed for those who ask for it; short ones, streams, and what another site's page had sent are not.</summary>
public sealed class CompressionTests
{
    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData(null)]
    public async Task A_long_answer_is_the_same_in_each_encoding(string? encoding)
    {
        await using var host = await WithEventsAsync();
        var (actual, text) = await GetAsync(host, "/events?limit=1000", encoding is null ? [] : [("Accept-Encoding", encoding)]);
        Assert.Equal(encoding, actual);
        Assert.True(JsonElement.Parse(text).GetProperty("items").GetArrayLength() > 50);
    }

    [Theory]
    [InlineData("/openapi/gateway.v1.json")]
    [InlineData("/metrics")]
    [InlineData("/vms")]
    public async Task Lists_documents_and_metrics_are_compressed(string path)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1", "web2", "web3");
        Assert.Equal("gzip", (await GetAsync(host, path, ("Accept-Encoding", "gzip"))).Encoding);
    }

    [Theory]
    [InlineData("/status", "application/json")]
    [InlineData("/events?limit=1", "application/json")]
    public async Task A_short_answer_is_left_as_it_is(string path, string accept)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        Assert.Null((await GetAsync(host, path, ("Accept-Encoding", "br, gzip"), ("Accept", accept))).Encoding);
    }

    [Fact]
    public async Task A_stream_is_not_compressed()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var stream = await SseReader.OpenAsync(host, "/events?after=start", ("Accept-Encoding", "br, gzip"));
        Assert.Equal("VM_ADDED", (await stream.NextAsync()).Name);
    }

    [Theory]
    [InlineData("cross-site", null)]
    [InlineData("same-site", null)]
    [InlineData("same-origin", "gzip")]
    [InlineData("none", "gzip")]
    public async Task What_a_page_of_another_site_had_sent_is_not_compressed(string site, string? encoding)
    {
        await using var host = await WithEventsAsync();
        Assert.Equal(encoding, (await GetAsync(host, "/events?limit=1000", ("Accept-Encoding", "gzip"), ("Sec-Fetch-Site", site))).Encoding);
    }

    private static async Task<GatewayHost> WithEventsAsync()
    {
        var host = await GatewayHost.ConnectedAsync("web1");
        for (var i = 0; i < 60; i++)
        {
            await host.Fake("web1").EventAsync("RTC_CHANGE", $$"""{"offset":{{i}}}""");
        }

        await host.Fake("web1").EventAsync("LAST_ONE");
        await host.EventAsync("web1", "LAST_ONE");
        return host;
    }

    private static async Task<(string? Encoding, string Text)> GetAsync(GatewayHost host, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await host.Client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode);
        var encoding = response.Content.Headers.ContentEncoding.SingleOrDefault();
        await using var body = await response.Content.ReadAsStreamAsync();
        await using var plain = encoding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var reader = new StreamReader(plain);
        return (encoding, await reader.ReadToEndAsync());
    }
}
