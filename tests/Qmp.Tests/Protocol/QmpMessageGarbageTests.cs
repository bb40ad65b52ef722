using System.Text;
using CsCheck;
using QmpGateway.Qmp.Protocol;
using Xunit;

namespace QmpGateway.Qmp.Tests.Protocol;

public class QmpMessageGarbageTests
{
    [Fact]
    public void Every_truncation_of_a_message_is_refused()
    {
        foreach (var bytes in RealMessages.All.Select(Encoding.UTF8.GetBytes))
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<QmpProtocolException>(() => Parse(bytes[..length]));
            }
        }
    }

    [Fact]
    public void Every_message_with_one_byte_changed_is_read_or_refused_and_nothing_else()
    {
        Gen.Select(Gen.OneOf([.. RealMessages.All]), Gen.Int[0, 1000], Gen.OneOf(Gen.Byte, Gen.OneOf("{}[]\",:\\0-e \n"u8.ToArray())))
            .Sample((message, at, value) =>
            {
                var bytes = Encoding.UTF8.GetBytes(message);
                bytes[at % bytes.Length] = value;
                ReadOrRefused(bytes);
            });
    }

    [Fact]
    public void Random_bytes_are_refused()
    {
        Gen.Byte.Array[0, 80].Sample(static bytes => Assert.Throws<QmpProtocolException>(() => Parse(bytes)));
    }

    [Fact]
    public void Any_object_with_members_of_the_wrong_type_is_read_or_refused_and_nothing_else()
    {
        var names = Gen.OneOf(
            "event", "data", "timestamp", "return", "error", "id", "QMP", "seconds", "microseconds", "class", "desc", "version", "qemu", "major",
            "capabilities", "package", "\\ud800");
        var members = Gen.Recursive<string>((depth, inner) => Gen.Select(names, depth > 3 ? JsonGen.Value : Gen.OneOf(JsonGen.Value, inner))
            .Select(static (name, value) => $"\"{name}\":{value}").Array[0, 5].Select(static all => $"{{{string.Join(',', all)}}}"));

        members.Sample(static text => ReadOrRefused(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("""{"QMP": {}}""")]
    [InlineData("""{"QMP": {"version": {}}}""")]
    [InlineData("""{"QMP": {"version": {"qemu": {"major": 7, "minor": 2}}}}""")]
    [InlineData("""{"QMP": {"version": {"qemu": {"major": 7, "minor": 2, "micro": 99999999999}}}}""")]
    [InlineData("""{"QMP": {"version": {"qemu": {"major": 7, "minor": 2, "micro": 1}}, "capabilities": 1}}""")]
    [InlineData("""{"QMP": null}""")]
    [InlineData("""{"event": null}""")]
    [InlineData("""{"event": 1}""")]
    [InlineData("""{"event": "\ud800"}""")]
    [InlineData("""{"event": "X", "timestamp": 1}""")]
    [InlineData("""{"event": "X", "timestamp": {"seconds": 1.5}}""")]
    [InlineData("""{"error": "no"}""")]
    [InlineData("""{"error": {"class": 1}}""")]
    [InlineData("""{"id": "x"}""")]
    [InlineData("{}")]
    [InlineData("{]")]
    [InlineData("""{"return": {]}""")]
    [InlineData("""{"return": 01}""")]
    [InlineData("""{"return": {} "id": "x"}""")]
    [InlineData("{\"return\": \"two\nlines\"}")]
    public void A_malformed_message_is_refused(string text)
    {
        Assert.Throws<QmpProtocolException>(() => Parse(Encoding.UTF8.GetBytes(text)));
    }

    private static void ReadOrRefused(byte[] bytes)
    {
        try
        {
            var message = Parse(bytes);
            Assert.True(message.Kind != QmpMessageKind.Event || message.Event is not null);
            Assert.True(message.Kind != QmpMessageKind.Greeting || message.Greeting is not null);
        }
        catch (QmpProtocolException)
        {
            // Refused.
        }
    }

    private static QmpMessage Parse(byte[] bytes) => QmpMessage.Parse(Reads.Sequence([.. Reads.Split(bytes, 9, 40)]));
}
