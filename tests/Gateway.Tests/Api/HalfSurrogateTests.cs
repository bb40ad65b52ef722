using System.Text.Json;
using Gateway.Hubs;
using Gateway.Journal;
using Gateway.Tests.Security;
using MessagePack;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Api;

public sealed class HalfSurrogateTests
{
    private static readonly JsonText Odd = new("""{"na\ud800me":"te\udc00xt"}"""u8.ToArray());

    [Fact]
    public void MessagePack_tells_the_spelling_of_what_is_no_text()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        new JsonTextFormatter().Serialize(ref writer, Odd, MessagePackSerializerOptions.Standard);
        writer.Flush();
        using var json = JsonDocument.Parse(MessagePackSerializer.ConvertToJson(buffer.WrittenMemory, cancellationToken: TestContext.Current.CancellationToken));
        var member = Assert.Single(json.RootElement.EnumerateObject());
        Assert.Equal((@"na\ud800me", @"te\udc00xt"), (member.Name, member.Value.GetString()));
    }

    [Fact]
    public void A_filter_compares_the_spelling_of_what_is_no_text()
    {
        var entry = JournalEntry.From(1, new NewEvent("a", "ODD", EventOrigin.Qemu, new JsonText("""{"x":"te\udc00xt"}"""u8.ToArray()), null), default(DateTimeOffset));
        Assert.True(new EventFilter(data: [new("x", @"te\udc00xt")]).Matches(entry));
        Assert.False(new EventFilter(data: [new("x", "other")]).Matches(entry));
    }

    [Theory]
    [InlineData("""{"i\ud800nfo":1,"info":5}""", "info", true)]
    [InlineData("""{"i\ud800nfo-longer":1}""", "info", false)]
    [InlineData("""{"in\u0066o":5}""", "info", true)]
    [InlineData("""{"x\ud83d\ude00":5}""", "x😀", true)]
    [InlineData("""{"x\ud83d\\ude00":5}""", @"x\ud83d\\ude00", true)]
    [InlineData("""{"info":5,"info":6}""", "info", false)]
    public void A_filter_finds_a_member_among_names_that_are_no_text(string data, string name, bool found)
    {
        var entry = JournalEntry.From(1, new NewEvent("a", "ODD", EventOrigin.Qemu, new JsonText(System.Text.Encoding.UTF8.GetBytes(data)), null), default(DateTimeOffset));
        Assert.Equal(found, new EventFilter(data: [new(name, "5")]).Matches(entry));
    }

    [Fact]
    public async Task A_status_with_what_is_no_text_hides_no_vm()
    {
        await using var host = new GatewayHost("web1", "web2");
        host.Fake("web1").Status = """{"running":true,"status":"running","st\ud800atus-longer":"\udc00"}""";
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.ConnectedAsync("web2");
        Assert.Equal(2, (await host.GetAsync("/vms?connection=connected")).Ok().GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"execute":"migrate","argu\ud800ments":{}}""")]
    [InlineData("""{"execute":"migr\ud800ate"}""")]
    [InlineData("""{"execute":"migrate","arguments":{"channels":[{"addr":{"transport":"exec","args":["te\udc00xt"]}}]}}""")]
    public async Task Neither_policy_nor_audit_trips_over_what_is_no_text(string body)
    {
        await using var host = new GatewayHost("web1").WithKey("root", "admin").WithKey("looks", "viewer")
            .Set("Gateway:CommandPolicy:Rules:home:Command", "migrate").Set("Gateway:CommandPolicy:Rules:home:Arguments:uri", "tcp:10.*").Set("Gateway:CommandPolicy:Rules:home:Effect", "allow");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        Assert.InRange((await host.PostAsync("/vms/web1/qmp", body, Keys.As("root"))).Status, 400, 403);
        Assert.Equal(403, (await host.PostAsync("/vms/web1/qmp", body, Keys.As("looks"))).Status);
    }
}
