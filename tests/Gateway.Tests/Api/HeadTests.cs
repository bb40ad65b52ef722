using Xunit;

namespace Gateway.Tests.Api;

/// <summary>HEAD answers what GET answers, without the content.</summary>
public sealed class HeadTests
{
    [Theory]
    [InlineData("/vms")]
    [InlineData("/vms/web1")]
    [InlineData("/vms/web1/status")]
    [InlineData("/vms/web1/actions")]
    [InlineData("/events")]
    [InlineData("/health/ready")]
    [InlineData("/version")]
    [InlineData("/vms/nope/status")]
    [InlineData("/vms?nope=1")]
    public async Task What_GET_answers_HEAD_answers_without_the_content(string path)
    {
        await using var host = new GatewayHost("web1") { ListensForReal = true };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        var whole = await host.GetAsync(path);
        var head = await host.SendAsync("HEAD", path);
        Assert.Equal((whole.Status, whole.ContentType, ""), (head.Status, head.ContentType, head.Text));
        Assert.Equal(whole.Header("ETag"), head.Header("ETag"));
    }

    [Fact]
    public async Task HEAD_of_a_stream_ends()
    {
        await using var host = new GatewayHost { ListensForReal = true };
        await host.StartAsync();
        var head = await host.SendAsync("HEAD", "/events", null, ("Accept", "text/event-stream"));
        Assert.Equal((200, "text/event-stream", "0"), (head.Status, head.ContentType, head.Header("X-Cursor")));
    }
}
