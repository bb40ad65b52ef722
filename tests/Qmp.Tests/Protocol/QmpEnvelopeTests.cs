using System.Text;
using System.Text.Json;
using CsCheck;
using QmpGateway.Qmp.Protocol;
using Xunit;

namespace QmpGateway.Qmp.Tests.Protocol;

public class QmpEnvelopeTests
{
    [Fact]
    public void A_command_without_arguments_has_none()
    {
        Assert.Equal("{\"execute\":\"query-status\",\"id\":\"7\"}\n", Write(new QmpCommand("query-status")));
    }

    [Fact]
    public void An_out_of_band_command_says_so()
    {
        Assert.Equal("{\"exec-oob\":\"migrate-pause\",\"id\":\"7\"}\n", Write(new QmpCommand("migrate-pause", OutOfBand: true)));
    }

    [Fact]
    public void Arguments_go_out_as_they_were_spelled()
    {
        const string arguments = """{"b" : 18446744073709551615, "a":[1.0,1e-3,"é\u00e9\/"]}""";

        Assert.Equal($"{{\"execute\":\"x\",\"arguments\":{arguments},\"id\":\"7\"}}\n", Write(With(arguments)));
    }

    [Fact]
    public void A_name_cannot_break_out_of_its_string()
    {
        using var command = JsonDocument.Parse(Write(new QmpCommand("a\",\"b\":\"\n")));

        Assert.Equal("a\",\"b\":\"\n", command.RootElement.GetProperty("execute").GetString());
    }

    [Fact]
    public void Any_object_without_a_name_twice_is_written_unchanged_and_one_with_is_refused()
    {
        JsonGen.Object.Sample(arguments =>
        {
            if (HasOneNameTwice(arguments))
            {
                Assert.Throws<ArgumentException>(() => Write(With(arguments)));
            }
            else
            {
                Assert.Equal($"{{\"execute\":\"x\",\"arguments\":{arguments},\"id\":\"7\"}}\n", Write(With(arguments)));
            }
        });
    }

    [Fact]
    public void Random_bytes_as_arguments_are_an_argument_exception_and_nothing_else()
    {
        Gen.OneOf(Gen.Byte, Gen.OneOf("{}[]\",:\\0-eu \n"u8.ToArray())).Array[0, 40].Sample(static bytes =>
        {
            byte[] arguments = [(byte)'{', .. bytes, (byte)'}'];
            try
            {
                QmpEnvelope.Write("7", new QmpCommand("x", new JsonText(arguments)));
            }
            catch (ArgumentException)
            {
                return;
            }

            using var valid = JsonDocument.Parse(arguments);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("""{},"oob":true""")]
    [InlineData("{} // comment")]
    [InlineData("""{"a":1,}""")]
    public void Arguments_that_are_no_object_are_refused(string arguments)
    {
        Assert.Throws<ArgumentException>(() => Write(With(arguments)));
    }

    [Theory]
    [InlineData(62)]
    [InlineData(64)]
    [InlineData(1022)]
    public void Arguments_may_nest_as_deep_as_QEMU_reads(int arrays)
    {
        Assert.Contains(Nested(arrays), Write(With(Nested(arrays))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1023)]
    [InlineData(100_000)]
    public void Arguments_that_nest_deeper_are_refused(int arrays)
    {
        Assert.Throws<ArgumentException>(() => Write(With(Nested(arrays))));
    }

    [Fact]
    public void A_message_of_64_MiB_passes_and_one_byte_more_is_refused()
    {
        var around = Write(With("""{"a":""}""")).Length;

        Assert.Equal(64 << 20, Bytes(new string('x', (64 << 20) - around)).Length);
        Assert.Throws<ArgumentException>(() => Bytes(new string('x', (64 << 20) - around + 1)));

        static ReadOnlyMemory<byte> Bytes(string text) => QmpEnvelope.Write("7", With($$"""{"a":"{{text}}"}"""));
    }

    private static string Nested(int arrays) => $$"""{"a":{{new string('[', arrays)}}{{new string(']', arrays)}}}""";

    private static QmpCommand With(string arguments) => new("x", new JsonText(Encoding.UTF8.GetBytes(arguments)));

    private static string Write(in QmpCommand command) => Encoding.UTF8.GetString(QmpEnvelope.Write("7", command).Span);

    private static bool HasOneNameTwice(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Twice(document.RootElement);

        static bool Twice(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().GroupBy(static member => member.Name).Any(static group => group.Count() > 1)
                || value.EnumerateObject().Any(static member => Twice(member.Value)),
            JsonValueKind.Array => value.EnumerateArray().Any(Twice),
            _ => false,
        };
    }
}
