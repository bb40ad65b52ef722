using System.Text;
using System.Text.Json;

namespace QmpGateway.Qmp.Protocol;

/// <summary>
/// Rejects JSON that QEMU's own parser cannot read. QEMU replies with an error that has no id, so the caller would never get its reply and
/// the place in the lane would stay occupied. JSON beyond a limit of the parser is worse: the parser restarts in the middle and reports an error for
/// every remaining token. QEMU 7.2 aborts on these errors (monitor/qmp.c: its queue of requests overflows).
/// </summary>
internal static class QmpReadable
{
    /// <summary>QEMU accepts 2,097,152 tokens (json-streamer.c). A name or a value with its punctuation counts as two tokens.</summary>
    public const int MaxNamesAndValues = 1_000_000;

    // The envelope adds one level.
    private const int MaxDepth = QmpMessage.MaxDepth - 1;

    /// <exception cref="ArgumentException">The text has a character that QEMU does not accept.</exception>
    public static void CheckText(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // QEMU rejects noncharacters: see qobject/json-parser.c and util/unicode.c.
            if (rune.Value is >= 0xFDD0 and <= 0xFDEF || (rune.Value & 0xFFFE) == 0xFFFE)
            {
                throw new ArgumentException($"QEMU does not accept the character U+{rune.Value:X4}.", nameof(text));
            }
        }
    }

    /// <exception cref="ArgumentException">The arguments are not an object that QEMU can read. The message says why.</exception>
    public static void CheckArguments(ReadOnlyMemory<byte> arguments)
    {
        try
        {
            // The tokens are counted first, because a document takes twelve bytes for each name and value.
            CheckTokens(arguments.Span);
            using var document = JsonDocument.Parse(arguments, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new ArgumentException("The arguments must be an object.", nameof(arguments));
            }
        }
        // .NET parses invalid strings without an error. Reading the text of such a string throws an InvalidOperationException.
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            throw new ArgumentException($"The arguments are not valid JSON: {malformed.Message}", nameof(arguments), malformed);
        }
    }

    private static void CheckTokens(ReadOnlySpan<byte> arguments)
    {
        var reader = new Utf8JsonReader(arguments, new JsonReaderOptions { MaxDepth = MaxDepth });
        for (var count = 1; reader.Read(); count++)
        {
            if (count > MaxNamesAndValues)
            {
                throw new ArgumentException($"The arguments contain more than {MaxNamesAndValues} names and values, the most that QEMU accepts.", nameof(arguments));
            }

            var isText = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
            if (isText && (reader.ValueIsEscaped || !Ascii.IsValid(reader.ValueSpan)))
            {
                CheckText(reader.GetString()!);
            }
        }
    }
}
