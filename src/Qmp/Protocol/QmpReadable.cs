using System.Text;
using System.Text.Json;

namespace QmpGateway.Qmp.Protocol;

/// <summary>
/// Refuses JSON that QEMU's own parser cannot read. QEMU answers it with an error without an id, so its caller would wait in
/// vain and its place in the lane stay taken for good. Past a limit it is worse: the parser starts afresh in the middle, every
/// token left becomes an error of its own, and QEMU 7.2 aborts on them (monitor/qmp.c: its queue of requests overflows).
/// </summary>
internal static class QmpReadable
{
    /// <summary>QEMU takes 2,097,152 tokens (json-streamer.c), of which a name or a value and its punctuation are two.</summary>
    public const int MaxNamesAndValues = 1_000_000;

    // The envelope adds one level.
    private const int MaxDepth = QmpMessage.MaxDepth - 1;

    /// <exception cref="ArgumentException">It has a character that QEMU does not read.</exception>
    public static void CheckText(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // qobject/json-parser.c and util/unicode.c: noncharacters are no text.
            if (rune.Value is >= 0xFDD0 and <= 0xFDEF || (rune.Value & 0xFFFE) == 0xFFFE)
            {
                throw new ArgumentException($"QEMU does not accept the character U+{rune.Value:X4}.", nameof(text));
            }
        }
    }

    /// <exception cref="ArgumentException">They are no object that QEMU reads; says why.</exception>
    public static void CheckArguments(ReadOnlyMemory<byte> arguments)
    {
        try
        {
            // First, since a document takes twelve bytes for each name and value.
            CheckTokens(arguments.Span);
            using var document = JsonDocument.Parse(arguments, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new ArgumentException("The arguments must be an object.", nameof(arguments));
            }
        }
        // .NET reads an invalid string without a word, and says so only (InvalidOperationException) when asked for its text.
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
