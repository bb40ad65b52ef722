using System.Text;
using QmpGateway.Qmp.Protocol;
using Xunit;

namespace QmpGateway.Qmp.Tests.Protocol;

/// <summary>Each of the refused was sent to QEMU 7.2, which answered with an error without an id, or aborted.</summary>
public class QmpReadableTests
{
    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""{"a":[{"b":1,"b":1}]}""")]
    public void A_name_twice_in_one_object_is_refused(string arguments)
    {
        Assert.Throws<ArgumentException>(() => Check(arguments));
    }

    [Fact]
    public void The_same_name_in_two_objects_is_fine()
    {
        Check("""{"a":{"a":1},"b":{"a":1}}""");
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00")]
    [InlineData("\\udc00\\ud800")]
    [InlineData("\\ufffe")]
    [InlineData("\\ud83f\\udffe")]
    [InlineData("\ufffe")]
    [InlineData("\ufdd0")]
    [InlineData("\U0001ffff")]
    public void A_string_that_is_no_text_is_refused_as_value_and_as_name(string text)
    {
        Assert.Throws<ArgumentException>(() => Check($$"""{"a":"{{text}}"}"""));
        Assert.Throws<ArgumentException>(() => Check($$"""{"a":[{"{{text}}":1}]}"""));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public void Bytes_that_are_no_UTF8_are_refused(byte[] bytes)
    {
        Assert.Throws<ArgumentException>(() => QmpReadable.CheckArguments((byte[])[.. "{\"a\":\""u8, .. bytes, .. "\"}"u8]));
        Assert.Throws<ArgumentException>(() => QmpReadable.CheckArguments((byte[])[.. "{\""u8, .. bytes, .. "\":1}"u8]));
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("\\ud83d\\ude00")]
    [InlineData("😀")]
    [InlineData("\u007f")]
    [InlineData("\\/\\b\\f")]
    [InlineData("\ufffd")]
    [InlineData("{}[]\\\"")]
    public void Any_other_text_is_fine(string text)
    {
        Check($$"""{"a":"{{text}}"}""");
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("-0")]
    [InlineData("123456789012345678901234567890")]
    public void Any_number_is_fine(string number)
    {
        Check($$"""{"a":{{number}}}""");
    }

    [Fact]
    public void A_command_name_that_is_no_text_is_refused()
    {
        Assert.Throws<ArgumentException>(() => QmpEnvelope.Write("7", new QmpCommand("query-\ufffe")));
    }

    [Fact]
    public void As_many_values_as_QEMU_has_tokens_for_are_fine_and_more_are_refused()
    {
        // Besides the ones: the object, its member's name, the array, and the two ends.
        Check(Ones(QmpReadable.MaxNamesAndValues - 5));
        Assert.Throws<ArgumentException>(() => Check(Ones(QmpReadable.MaxNamesAndValues - 4)));

        static string Ones(int count) => $$"""{"a":[1{{string.Concat(Enumerable.Repeat(",1", count - 1))}}]}""";
    }

    private static void Check(string arguments) => QmpReadable.CheckArguments(Encoding.UTF8.GetBytes(arguments));
}
