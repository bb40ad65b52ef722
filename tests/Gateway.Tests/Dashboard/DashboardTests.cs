using Gateway.Tests.Security;
using Xunit;

namespace Gateway.Tests.Dashboard;

/// <summary>The page is at <c>/</c> and at its own addresses below <c>/ui</c>; its files are cached for as long as their names hold.</summary>
public sealed class DashboardTests : IAsyncLifetime
{
    private const string Script = "/ui/assets/index-Ab12_-xy.js";

    private readonly FakeDashboard dashboard = new();
    private GatewayHost host = null!;

    public async ValueTask InitializeAsync()
    {
        host = new GatewayHost("web1") { Dashboard = dashboard.Path, ListensForReal = true }.WithKey("root", "admin");
        await host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        dashboard.Dispose();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/?code=a&state=b")]
    [InlineData("/ui")]
    [InlineData("/ui/")]
    [InlineData("/ui/events")]
    [InlineData("/ui/events?vm=web*&text=a")]
    [InlineData("/ui/vms/web1")]
    [InlineData("/ui/vms/web.1")]
    [InlineData("/ui/vms/web.js")]
    [InlineData("/ui/vms/web1/commands")]
    [InlineData("/ui/index.html")]
    [InlineData("/ui/assets")]
    public async Task The_page_is_at_each_of_its_addresses_without_a_key(string path)
    {
        var answer = await host.GetAsync(path);
        Assert.Equal((200, FakeDashboard.Page, "text/html; charset=utf-8", "no-cache"), (answer.Status, answer.Text, answer.ContentType, answer.Header("Cache-Control")));
        Assert.Equal((200, FakeDashboard.Page), ((await host.GetAsync(path, Keys.As("root"))).Status, answer.Text));
        Assert.Equal(200, (await host.GetAsync(path, Keys.As("stranger"))).Status);
    }

    [Theory]
    [InlineData(Script, FakeDashboard.Script, "text/javascript; charset=utf-8")]
    [InlineData("/ui/assets/index-Cd34.css", "a{}", "text/css; charset=utf-8")]
    [InlineData("/ui/assets/font-Ef56.woff2", "font", "font/woff2")]
    public async Task A_file_with_a_hash_in_its_name_is_kept_for_a_year(string path, string content, string type)
    {
        var answer = await host.GetAsync(path);
        Assert.Equal((200, content, type, "public, max-age=31536000, immutable"), (answer.Status, answer.Text, answer.ContentType, answer.Header("Cache-Control")));
    }

    [Fact]
    public async Task A_file_without_a_hash_is_asked_for_each_time()
    {
        var answer = await host.GetAsync("/ui/icon.svg");
        Assert.Equal((200, "<svg/>", "image/svg+xml", "no-cache"), (answer.Status, answer.Text, answer.ContentType, answer.Header("Cache-Control")));
    }

    [Theory]
    [InlineData("/ui/assets/index-Old.js")]
    [InlineData("/ui/assets/")]
    [InlineData("/ui/assets/vms/web1")]
    [InlineData("/ui/assets/index-Ab12_-xy.js.br")]
    [InlineData("/ui/assets/INDEX-Ab12_-xy.js")]
    [InlineData("/ui/assets/..%2Findex.html")]
    [InlineData("/ui/assets/%2e%2e%2f%2e%2e%2fGateway.dll")]
    public async Task A_missing_asset_is_a_problem_and_not_the_page(string path)
    {
        var answer = await host.GetAsync(path);
        Assert.Equal((404, "application/problem+json", "no-store"), (answer.Status, answer.ContentType, answer.Header("Cache-Control")));
        Assert.Equal("urn:qmp-gateway:not-found", answer.Json.Text("type"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/ui/vms/web.1")]
    [InlineData(Script)]
    [InlineData("/ui/assets/index-Old.js")]
    [InlineData("/ui/sign-in.json")]
    public async Task HEAD_is_GET_without_the_content(string path)
    {
        var whole = await host.GetAsync(path, ("Accept-Encoding", "gzip"));
        var head = await host.SendAsync("HEAD", path, null, ("Accept-Encoding", "gzip"));
        Assert.Equal((whole.Status, whole.ContentType, ""), (head.Status, head.ContentType, head.Text));
        foreach (var header in (string[])["ETag", "Cache-Control", "Content-Encoding", "Vary", "Content-Security-Policy"])
        {
            Assert.Equal((header, whole.Header(header)), (header, head.Header(header)));
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/ui/vms/web1")]
    [InlineData("/ui/icon.svg")]
    [InlineData(Script)]
    public async Task Content_that_a_browser_has_is_not_sent_again(string path)
    {
        var first = await host.GetAsync(path);
        var again = await host.GetAsync(path, ("If-None-Match", first.Header("ETag")!));
        Assert.Equal((304, ""), (again.Status, again.Text));
        foreach (var header in (string[])["ETag", "Cache-Control", "Vary", "Content-Security-Policy"])
        {
            Assert.Equal((header, first.Header(header)), (header, again.Header(header)));
        }

        Assert.Equal(200, (await host.GetAsync(path, ("If-None-Match", "\"another\""))).Status);
    }

    [Theory]
    [InlineData("POST", "/")]
    [InlineData("DELETE", "/ui/vms/web1")]
    public async Task Other_methods_are_refused(string method, string path) =>
        (await host.SendAsync(method, path, null, Keys.As("root"))).Problem("method-not-allowed", path);

    [Theory]
    [InlineData("/")]
    [InlineData("/ui/vms/web1")]
    [InlineData(Script)]
    [InlineData("/ui/sign-in.json")]
    public async Task The_host_and_the_origin_are_checked_as_on_other_routes(string path)
    {
        Assert.Equal(400, (await host.GetAsync(path, ("Host", "evil.example"))).Status);
        Assert.Equal(403, (await host.GetAsync(path, ("Origin", "http://evil.example"))).Status);
    }

    [Fact]
    public async Task The_running_gateway_serves_the_build_that_it_started_with()
    {
        var before = await host.GetAsync("/");
        dashboard.Add("index.html", "<!doctype html><title>The next page</title>");
        File.Delete(Path.Combine(dashboard.Path, "assets/index-Ab12_-xy.js"));
        Assert.Equal((before.Text, before.Header("ETag")), ((await host.GetAsync("/")).Text, (await host.GetAsync("/")).Header("ETag")));
        Assert.Equal(FakeDashboard.Script, (await host.GetAsync(Script)).Text);
    }

    [Fact]
    public async Task The_description_of_the_API_does_not_name_them()
    {
        var document = (await host.GetAsync("/openapi/gateway.v1.json", Keys.As("root"))).Ok();
        Assert.DoesNotContain(document.GetProperty("paths").EnumerateObject(), static path => path.Name == "/" || path.Name.StartsWith("/ui", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_names_the_dashboard() =>
        Assert.Contains("dashboard", (await host.GetAsync("/version", Keys.As("root"))).Ok().GetProperty("features").EnumerateArray().Select(static feature => feature.GetString()));
}
