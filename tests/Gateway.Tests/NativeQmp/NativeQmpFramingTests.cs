using System.Text;
using System.Text.Json;
using CsCheck;
using Gateway.NativeQmp;
using Xunit;

namespace Gateway.Tests.NativeQmp;

/// <summary>What a client sends is cut where its JSON values end, however it arrives.</summary>
public sealed class NativeQmpFramingTests
{
    private const int Most = 1 << 20;

    [Theory]
    [InlineData("""{"a":"}{\"\\"}{"b":[1,{}]} """, """{"a":"}{\"\\"} {"b":[1,{}]}""")]
    [InlineData("""{'a':'it\'s "x"','b':"it's"}""", """{"a":"it's \"x\"","b":"it's"}""")]
    [InlineData("{\n \"a\" : 1 }\r\n{}", "{\n \"a\" : 1 } {}")]
    [InlineData("hello{}", "!JSON parse error, invalid keyword 'hello' {}")]
    [InlineData("1 [] \"x\" 'y' null -", "!object !object !object !object !object !object")]
    [InlineData("}{},:", "!value {} !value !value")]
    public void Each_value_is_found_and_what_is_none_is_told(string sent, string found)
    {
        Assert.Equal(found, Cut(sent + "\n", sent.Length + 1));
        Assert.Equal(found, Cut(sent + "\n", 1));
    }

    [Fact]
    public void A_message_without_an_end_is_not_kept()
    {
        var framing = new NativeQmpFraming(100);
        framing.Add("{\"a\":\""u8);
        Assert.Throws<MessageTooLongException>(() => framing.Add(new byte[100]));
    }

    [Fact]
    public void Any_objects_come_out_as_they_went_in_at_any_cuts() =>
        Gen.Select(Gen.String.Array[1, 5], Gen.Int[1, 9]).Sample((texts, size) =>
        {
            var objects = texts.Select(static text => JsonSerializer.Serialize(new Dictionary<string, object> { ["execute"] = text, ["x"] = new[] { text } })).ToArray();
            Assert.Equal(string.Join(' ', objects), Cut(string.Join("\r\n", objects), size));
        });

    [Fact]
    public void Any_bytes_are_taken_or_told() => Gen.Byte.Array[0, 200].Sample(static bytes =>
    {
        foreach (var input in new NativeQmpFraming(Most).Add(bytes).ToArray())
        {
            var request = NativeQmpRequest.Read(input, outOfBand: true);
            Assert.True(request.Fault is not null || request.Command is not null);
        }
    });

    [Fact]
    public void Anything_between_braces_is_read_or_told() => Gen.String[Gen.Char["{}[]\"'\\:,ex\ud800\udc00u01 "], 0, 60].Sample(static text =>
    {
        foreach (var input in new NativeQmpFraming(Most).Add(Encoding.UTF8.GetBytes($"{{{text}}}\n")).ToArray())
        {
            _ = NativeQmpRequest.Read(input, outOfBand: false);
        }
    });

    private static string Cut(string sent, int size)
    {
        var framing = new NativeQmpFraming(Most);
        return string.Join(' ', Encoding.UTF8.GetBytes(sent).Chunk(size).SelectMany(part => framing.Add(part).ToArray()).Select(static input => input.Fault switch
        {
            null => Encoding.UTF8.GetString(input.Json.Span),
            NativeQmpRequest.NoObject => "!object",
            "JSON parse error, expecting value" => "!value",
            var other => "!" + other,
        }));
    }
}
