using System.Text.Json;
using Gateway.Hubs;
using Gateway.Journal;
using MessagePack;
using Qmp;
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
        var entry = JournalEntry.From(1, new NewEvent("a", "ODD", EventOrigin.Qemu, new JsonText("""{"x":"te\udc00xt"}"""u8.ToArray()), null), default);
        Assert.True(new EventFilter(data: [new("x", @"te\udc00xt")]).Matches(entry));
        Assert.False(new EventFilter(data: [new("x", "other")]).Matches(entry));
    }
}
