using System.Net;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Dashboard.Support;
using Gateway.EndToEnd.Support;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>The program serves the dashboard that was built with it, whatever its working directory is.</summary>
[Collection(DashboardTests.Name)]
public sealed partial class ServedPageTests(Browser browser, ITestOutputHelper output) : IAsyncLifetime
{
    // Kilobytes as browsers show them.
    private const int MostOfTheFirstView = 150_000;

    private RealGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await RealGateway.StartPublishedAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task The_page_and_all_that_it_refers_to_are_there_compressed_and_under_150_KB()
    {
        var (page, bytes) = await GetAsync("/", "no-cache");
        var paths = References().Matches(page).Select(static reference => reference.Groups[1].Value).ToArray();
        Assert.Contains(paths, static path => path.EndsWith(".js", StringComparison.Ordinal));
        Assert.Contains(paths, static path => path.EndsWith(".css", StringComparison.Ordinal));
        foreach (var path in paths.Where(static path => path.StartsWith("/ui/", StringComparison.Ordinal)))
        {
            var isNamedByContent = path.StartsWith("/ui/assets/", StringComparison.Ordinal);
            bytes += (await GetAsync(path, isNamedByContent ? "public, max-age=31536000, immutable" : "no-cache")).Bytes;
        }

        output.WriteLine($"The page refers to {bytes} bytes.");
        Assert.InRange(bytes, 1000, MostOfTheFirstView);
    }

    [Theory]
    [InlineData("/ui/vms/web1")]
    [InlineData("/ui/vms/web.1")]
    [InlineData("/ui/events")]
    public async Task A_deep_link_is_the_page(string path) => Assert.Equal((await GetAsync("/", "no-cache")).Text, (await GetAsync(path, "no-cache")).Text);

    [Fact]
    public async Task A_missing_asset_is_not_the_page()
    {
        using var answer = await gateway.Http.GetAsync(new Uri("/ui/assets/index-Old.js", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task The_built_program_serves_the_same_page()
    {
        await using var built = await RealGateway.StartAsync();
        var page = await built.Http.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((await GetAsync("/", "no-cache")).Text, page);
        var script = References().Matches(page).Select(static reference => reference.Groups[1].Value).First(static path => path.EndsWith(".js", StringComparison.Ordinal));
        Assert.NotEmpty(await built.Http.GetStringAsync(new Uri(script, UriKind.Relative), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/ui/vms/web.1")]
    [InlineData("/ui/events")]
    public Task A_browser_shows_it_and_finds_nothing_that_its_policy_forbids(string path) => browser.ShowAsync(gateway, path, async page =>
    {
        await page.SettledAsync();
        var bytes = await page.Page.EvaluateAsync<int>("""
            () => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
              .filter(({ name }) => /^\/(ui\/.*)?$/.test(new URL(name).pathname))
              .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
            """);
        output.WriteLine($"The browser loaded {bytes} bytes for the first view of {path}.");
        Assert.InRange(bytes, 1000, MostOfTheFirstView);
    });

    private async Task<(string Text, int Bytes)> GetAsync(string path, string cacheControl)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept-Encoding", "gzip, br");
        using var answer = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((path, HttpStatusCode.OK, cacheControl, "br"), (path, answer.StatusCode, answer.Headers.CacheControl!.ToString(), answer.Content.Headers.ContentEncoding.SingleOrDefault()));
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        await using var plain = new System.IO.Compression.BrotliStream(new MemoryStream(bytes), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken), bytes.Length);
    }

    [GeneratedRegex("(?:src|href)=\"(/[^\"]*)\"")]
    private static partial Regex References();
}
