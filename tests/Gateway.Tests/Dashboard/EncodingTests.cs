using System.IO.Compression;
using System.Text;
using Gateway.Dashboard;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.Dashboard;

/// <summary>Each client gets the best encoding that it accepts, as the build has made it.</summary>
public sealed class EncodingTests
{
    [Theory]
    [InlineData(null, "identity")]
    [InlineData("", "identity")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("deflate", "identity")]
    [InlineData("*", "br")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("br;q=0, gzip;q=0", "identity")]
    [InlineData("br;q=0.5, gzip;q=0.8", "gzip")]
    [InlineData("identity, br;q=0.5", "identity")]
    [InlineData("identity;q=0", "identity")]
    [InlineData("*;q=0", "identity")]
    [InlineData("br;q=nonsense", "identity")]
    public void The_client_chooses(string? header, string expected)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.AcceptEncoding = header;
        Assert.Equal(expected, AcceptedEncoding.Choose(request.GetTypedHeaders().AcceptEncoding, ["br", "gzip"]));
    }

    [Fact]
    public void What_does_not_exist_is_not_chosen() => Assert.Equal("identity", AcceptedEncoding.Choose([new("br"), new("gzip")], []));

    [Theory]
    [InlineData("br, gzip", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("zstd", null)]
    public async Task The_same_file_comes_in_each_encoding_under_a_tag_of_its_own(string accepted, string? encoding)
    {
        using var dashboard = new FakeDashboard();
        await using var host = new GatewayHost { Dashboard = dashboard.Path };
        await host.StartAsync();
        var (bytes, answer) = await GetAsync(host, "/ui/assets/index-Ab12_-xy.js", accepted);
        Assert.Equal((encoding, FakeDashboard.Script), (answer.Content.Headers.ContentEncoding.SingleOrDefault(), Decoded(bytes, encoding)));
        Assert.Equal((bytes.Length, "Accept-Encoding"), (answer.Content.Headers.ContentLength, answer.Headers.Vary.ToString()));
        var extension = encoding switch { "br" => ".br", "gzip" => ".gz", _ => "" };
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(dashboard.Path, $"assets/index-Ab12_-xy.js{extension}"), TestContext.Current.CancellationToken), bytes);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/ui/assets/index-Ab12_-xy.js");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding == "br" ? "gzip" : "br");
        request.Headers.TryAddWithoutValidation("If-None-Match", answer.Headers.ETag!.ToString());
        Assert.Equal(200, (await host.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Nothing_is_compressed_while_somebody_waits()
    {
        using var dashboard = new FakeDashboard();
        await using var host = new GatewayHost { Dashboard = dashboard.Path };
        await host.StartAsync();
        var (bytes, answer) = await GetAsync(host, "/ui/assets/long-Gh78.js", "br, gzip");
        Assert.Equal((5000, 0), (bytes.Length, answer.Content.Headers.ContentEncoding.Count));
    }

    private static async Task<(byte[] Bytes, HttpResponseMessage Answer)> GetAsync(GatewayHost host, string path, string accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        var answer = await host.Client.SendAsync(request);
        return (await answer.Content.ReadAsByteArrayAsync(), answer);
    }

    private static string Decoded(byte[] bytes, string? encoding)
    {
        using var source = new MemoryStream(bytes);
        using Stream plain = encoding switch
        {
            "br" => new BrotliStream(source, CompressionMode.Decompress),
            "gzip" => new GZipStream(source, CompressionMode.Decompress),
            _ => source,
        };
        using var reader = new StreamReader(plain, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
