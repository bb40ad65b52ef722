using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>A key is made, taken by a gateway that runs, and taken away again; a wrong file changes nothing.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task A_changed_file_is_taken_as_a_whole_or_not_at_all()
    {
        await using var gateway = await RealGateway.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, null));

        var (key, lines) = await NewKeyAsync(gateway);
        await WriteAsync(gateway, lines);
        await Poll.UntilAsync(async () => (await AskAsync(gateway, null)).ToString(), "Unauthorized");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, key));
        Assert.DoesNotContain(key, gateway.Log);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/events") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key), Accept = { new("text/event-stream") } } };
        using var stream = await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());

        foreach (var wrong in (string[])["{ not JSON", """{"Gateway":{"Nope":1}}""", """{"Gateway":{"Security":{"ApiKeys":{"x":"plain-secret"}},"Vms":{"hidden":{"Endpoint":"plain-endpoint"}}}}""", """{"Gateway":{"Vms":{"a":{"Endpoint":"unix:/x"},"b":{"Endpoint":"unix:/./x"}}}}""", "{\"Gateway\": nplain-secret }"])
        {
            await WriteAsync(gateway, wrong);
            await Poll.UntilAsync(() => StatusAsync(gateway), "degraded");
            Assert.Equal(HttpStatusCode.OK, (await gateway.Http.GetAsync("/health/ready")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, key));
            // Anybody may ask for it.
            Assert.Equal(
                """{"status":"degraded","problems":["The configuration is invalid, so the previous one stays in effect. See the log for what to correct."]}""",
                await (await gateway.Http.GetAsync("/health/ready")).Content.ReadAsStringAsync());
            await WriteAsync(gateway, lines);
            await Poll.UntilAsync(() => StatusAsync(gateway), "ok");
        }

        Assert.Contains("The configuration is invalid", gateway.Log);
        Assert.Contains("'plain-endpoint'", gateway.Log);
        Assert.DoesNotContain("plain-secret", gateway.Log);
        var (other, otherLines) = await NewKeyAsync(gateway);
        await WriteAsync(gateway, otherLines);
        await Poll.UntilAsync(async () => (await AskAsync(gateway, key)).ToString(), "Unauthorized");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, other));
        // The stream of the key that is gone ends, cleanly.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        while (await reader.ReadLineAsync(limit.Token) is not null)
        {
        }
    }

    [Fact]
    public async Task A_file_makes_a_running_gateway_listen_nowhere_else()
    {
        await using var gateway = await RealGateway.StartAsync();
        var port = FreePort();
        await WriteAsync(gateway, Endpoint($"http://0.0.0.0:{port}"));
        await Poll.UntilAsync(() => StatusAsync(gateway), "degraded");
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(port));

        await WriteAsync(gateway, Endpoint($"http://127.0.0.1:{port}"));
        await Poll.UntilAsync(() => StatusAsync(gateway), "ok");
        await Poll.UntilAsync(() => Task.FromResult($"{gateway.Log.Contains("Changes to Urls and Kestrel take effect at the next start", StringComparison.Ordinal)}"), "True");
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(port));
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://0.0.0.0:0")]
    [InlineData("DOTNET_URLS", "http://0.0.0.0:0")]
    [InlineData("URLS", "http://0.0.0.0:0")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "0")]
    [InlineData("DOTNET_HTTPS_PORTS", "0")]
    [InlineData("HTTP_PORTS", "0")]
    [InlineData("Kestrel__Endpoints__P__Url", "http://0.0.0.0:0")]
    [InlineData("ASPNETCORE_Kestrel__Endpoints__P__Url", "http://0.0.0.0:0")]
    [InlineData("DOTNET_Kestrel__Endpoints__P__Url", "http://0.0.0.0:0")]
    public async Task No_variable_opens_a_port_without_authentication(string name, string value)
    {
        var directory = Directory.CreateTempSubdirectory("listen-");
        try
        {
            var (exitCode, output) = await GatewayProgram.RunAsync(directory.FullName, new Dictionary<string, string> { [name] = value }, $"--Gateway:DataDirectory={directory}/data");
            Assert.Equal(1, exitCode);
            Assert.Contains("open to other hosts", output, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Who_takes_away_the_last_key_lets_nobody_in()
    {
        await using var gateway = await RealGateway.StartAsync();
        var (key, lines) = await NewKeyAsync(gateway);
        await WriteAsync(gateway, lines);
        await Poll.UntilAsync(async () => (await AskAsync(gateway, null)).ToString(), "Unauthorized");

        await WriteAsync(gateway, "{}");
        await Poll.UntilAsync(async () => (await AskAsync(gateway, key)).ToString(), "Unauthorized");
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(gateway, null));
        await Poll.UntilAsync(() => Task.FromResult($"{gateway.Log.Contains("every request is refused", StringComparison.Ordinal)}"), "True");

        await WriteAsync(gateway, lines);
        await Poll.UntilAsync(async () => (await AskAsync(gateway, key)).ToString(), "OK");
    }

    [Fact]
    public async Task A_file_that_goes_takes_nothing_with_it()
    {
        await using var gateway = await RealGateway.StartAsync();
        var (key, lines) = await NewKeyAsync(gateway);
        await WriteAsync(gateway, lines);
        await Poll.UntilAsync(async () => (await AskAsync(gateway, null)).ToString(), "Unauthorized");

        File.Delete(Path.Combine(gateway.WorkingDirectory, "appsettings.json"));
        await Poll.UntilAsync(() => StatusAsync(gateway), "degraded");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, key));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(gateway, null));
        Assert.Contains("appsettings.json was removed", gateway.Log);

        await WriteAsync(gateway, lines);
        await Poll.UntilAsync(() => StatusAsync(gateway), "ok");
    }

    [Fact]
    public async Task A_key_that_goes_breaks_no_answer()
    {
        await using var gateway = await RealGateway.StartAsync();
        var (key, lines) = await NewKeyAsync(gateway);
        var (_, otherLines) = await NewKeyAsync(gateway);
        await WriteAsync(gateway, lines);
        await Poll.UntilAsync(async () => (await AskAsync(gateway, null)).ToString(), "Unauthorized");
        using var over = new CancellationTokenSource();
        var seen = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var statuses = new HashSet<HttpStatusCode>();
            while (!over.IsCancellationRequested)
            {
                statuses.Add(await AskAsync(gateway, key));
            }

            return statuses;
        })));
        for (var i = 0; i < 20 && !seen.IsCompleted; i++)
        {
            await WriteAsync(gateway, i % 2 == 0 ? otherLines : lines);
            await Poll.UntilAsync(async () => (await AskAsync(gateway, key)).ToString(), i % 2 == 0 ? "Unauthorized" : "OK");
        }

        await over.CancelAsync();
        Assert.All(await seen, static statuses => Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized], statuses.Order()));
    }

    [Theory]
    [InlineData("""{"Urls":"http://127.0.0.1:0"}""", 0)]
    [InlineData("{ not JSON", 1)]
    [InlineData("""{"Gateway":{"Nope":1}}""", 1)]
    [InlineData("""{"Urls":"http://0.0.0.0:80"}""", 1)]
    public async Task A_configuration_is_checked_as_a_start_would(string configuration, int exitCode)
    {
        var directory = Directory.CreateTempSubdirectory("check-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "appsettings.json"), configuration);
            Assert.Equal(exitCode, (await GatewayProgram.RunAsync(directory.FullName, "check", $"--Gateway:DataDirectory={directory.FullName}/data")).ExitCode);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string Endpoint(string url) => $$"""{ "Kestrel": { "Endpoints": { "P": { "Url": "{{url}}" } } } }""";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ConnectAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
    }

    private static async Task<string> StatusAsync(RealGateway gateway) => (await gateway.GetAsync("/health/ready")).Json().GetProperty("status").GetString()!;

    private static Task WriteAsync(RealGateway gateway, string configuration) =>
        File.WriteAllTextAsync(Path.Combine(gateway.WorkingDirectory, "appsettings.json"), configuration);

    private static async Task<HttpStatusCode> AskAsync(RealGateway gateway, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/vms");
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using var response = await gateway.Http.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<(string Key, string Lines)> NewKeyAsync(RealGateway gateway)
    {
        var (exitCode, output) = await GatewayProgram.RunAsync(gateway.WorkingDirectory, "keys", "new", "ops", "--role", "admin");
        Assert.Equal(0, exitCode);
        return (Regex.Match(output, "^  ([A-Za-z0-9_-]{43})$", RegexOptions.Multiline).Groups[1].Value, output[output.IndexOf('{', StringComparison.Ordinal)..]);
    }
}
