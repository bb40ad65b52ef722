using Xunit;

namespace Gateway.Tests.Api;

/// <summary>What a client sent that is refused is shown to it once, and no more than 200 characters of it.</summary>
public sealed class RefusedValueTests
{
    private static readonly string Long = new('¿', 5000);

    [Theory]
    [InlineData("GET", "/vms/web1/status?until=?", null)]
    [InlineData("GET", "/vms/web1/status?until=paused&timeout=?", null)]
    [InlineData("GET", "/vms?connection=?", null)]
    [InlineData("GET", "/vms?label=?", null)]
    [InlineData("GET", "/vms?ended=?", null)]
    [InlineData("PUT", "/vms/web1/actions", """{"?":1,"?":1}""")]
    [InlineData("GET", "/events?after=?", null)]
    [InlineData("GET", "/events?vm=?", null)]
    [InlineData("GET", "/events?wait=?", null)]
    [InlineData("POST", "/vms/web1/reset?wait=?", null)]
    [InlineData("PUT", "/vms/web1/actions", """{"panic":"?"}""")]
    [InlineData("PUT", "/vms/web1/watchdog", """{"action":"?"}""")]
    [InlineData("PUT", "/vms/other", """{"endpoint":"?"}""")]
    [InlineData("PUT", "/vms/other", """{"endpoint":"unix:/x","actions":{"panic":"?"}}""")]
    [InlineData("POST", "/vms/web1/qmp", """{"execute":"?"}""")]
    [InlineData("POST", "/vms/web1/qmp", """{"exec-oob":"?"}""")]
    public async Task It_is_echoed_once_and_short(string method, string path, string? body)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var answer = await host.SendAsync(method, path.EndsWith("=?", StringComparison.Ordinal) ? path[..^1] + Uri.EscapeDataString(Long[..2000]) : path, body?.Replace("?", Long));
        Assert.Equal(400, answer.Status);
        Assert.InRange(answer.Text.Count(static c => c == '¿'), 1, 200);
    }

    [Fact]
    public async Task Names_that_nobody_knows_are_not_echoed_by_the_million()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var body = $"{{{string.Join(',', Enumerable.Range(0, 10_000).Select(static i => $"\"n{i}\":1"))}}}";
        var answer = await host.PutAsync("/vms/web1/actions", body);
        Assert.Equal(400, answer.Status);
        Assert.InRange(answer.Text.Length, 1, 50_000);
    }
}
