using System.Text;
using System.Text.Json;
using CsCheck;
using QmpGateway.Qmp.Tests.Protocol;
using Xunit;

namespace QmpGateway.Qmp.Tests;

public class JsonTextTests
{
    [Fact]
    public void Compacting_leaves_every_token_as_it_was_and_no_line_break()
    {
        JsonGen.Value.Sample(static text =>
        {
            var compact = JsonText.Compact(Encoding.UTF8.GetBytes(text));

            Assert.DoesNotContain('\n', compact.ToString());
            Assert.DoesNotContain('\r', compact.ToString());
            Assert.Equal(Tokens(Encoding.UTF8.GetBytes(text)), Tokens(compact.Utf8.Span));
        });
    }

    [Fact]
    public void A_text_on_one_line_is_not_touched()
    {
        Assert.Equal("""{ "a" :  "b  c" }""", JsonText.Compact("""{ "a" :  "b  c" }"""u8).ToString());
    }

    [Fact]
    public void Strings_keep_their_spaces_and_escapes()
    {
        Assert.Equal("""{"a  b\\":"\" \n  {"}""", JsonText.Compact("{\r\n    \"a  b\\\\\": \"\\\" \\n  {\"\r\n}"u8).ToString());
    }

    [Fact]
    public void Texts_are_equal_when_their_bytes_are()
    {
        var one = new JsonText("""{"a":1}"""u8.ToArray());

        Assert.True(one == new JsonText("""{"a":1}"""u8.ToArray()));
        Assert.Equal(one.GetHashCode(), new JsonText("""{"a":1}"""u8.ToArray()).GetHashCode());
        Assert.True(one != new JsonText("""{"a": 1}"""u8.ToArray()));
    }

    [Fact]
    public void A_value_inside_a_document_keeps_its_spelling()
    {
        const string text = """{"a":[18446744073709551615,1.00,"\u00e9"]}""";

        var read = JsonSerializer.Deserialize<JsonText>(text);

        Assert.Equal(text, read.ToString());
        Assert.Equal(text, JsonSerializer.Serialize(read));
    }

    private static List<string> Tokens(ReadOnlySpan<byte> json)
    {
        var tokens = new List<string>();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            tokens.Add($"{reader.TokenType} {Encoding.UTF8.GetString(reader.ValueSpan)}");
        }

        return tokens;
    }
}
