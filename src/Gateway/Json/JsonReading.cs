using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using QmpGateway.Qmp;

namespace Gateway.Json;

/// <summary>How JSON is read and written here.</summary>
public static class JsonReading
{
    // As deep as QEMU nests, and the levels that the gateway puts around it.
    internal const int MaxDepth = 1024 + 8;

    // QEMU takes 2,097,152 tokens (qobject/json-streamer.c), of which a name or a value and its punctuation are two.
    private const int MaxNamesAndValues = 1_000_000;

    /// <summary>For what QEMU or the gateway wrote.</summary>
    public static JsonDocumentOptions Own { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>For what clients write: no comments, no trailing commas, no member twice.</summary>
    public static JsonDocumentOptions Strict { get; } = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>What a client wrote.</summary>
    /// <exception cref="InvalidRequestException">It is no strict JSON.</exception>
    public static JsonDocument Document(ReadOnlyMemory<byte> utf8, string field)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            throw new InvalidRequestException(field, "is no UTF-8");
        }

        try
        {
            return HasTooMuch(utf8.Span)
                ? throw new InvalidRequestException(field, $"has more than {MaxNamesAndValues} names and values, which QEMU does not read")
                : JsonDocument.Parse(utf8, Strict);
        }
        catch (JsonException malformed)
        {
            throw new InvalidRequestException(field, JsonFaults.Of(utf8, malformed));
        }
        catch (InvalidOperationException)
        {
            // What .NET meets when it compares names to find those that come twice.
            throw new InvalidRequestException(field, "has a name with half a surrogate pair");
        }
    }

    /// <summary>
    /// Whether it has more names and values than QEMU reads. A document takes twelve bytes for each, six times what the shortest take themselves, so
    /// this comes before there is one.
    /// </summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static bool HasTooMuch(ReadOnlySpan<byte> utf8)
    {
        // With what stands between them, two take four bytes at least.
        if (utf8.Length <= 2 * MaxNamesAndValues)
        {
            return false;
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        var count = 0;
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject) && ++count > MaxNamesAndValues)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A part of a text as a text of its own, without a copy where it can be had.</summary>
    /// <param name="part">The part.</param>
    /// <param name="whole">What it was read from.</param>
    public static JsonText TextOf(JsonElement part, ReadOnlyMemory<byte> whole)
    {
        var raw = JsonMarshal.GetRawUtf8Value(part);
        return raw.IndexOfAny((byte)'\n', (byte)'\r') < 0 && whole.Span.Overlaps(raw, out var offset) && offset >= 0
            ? new JsonText(whole.Slice(offset, raw.Length))
            : JsonText.From(part);
    }

    /// <summary>How the gateway writes its own objects, and the hub too.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.MaxDepth = MaxDepth;
        options.Converters.Add(new Times());
    }

    /// <summary>The same value for types that hold JSON as an element.</summary>
    public static JsonElement ToElement(this JsonText text) => JsonElement.Parse(text.Utf8.Span, Own);

    /// <summary>A string's text. If it holds an unpaired surrogate, which is not text, its spelling.</summary>
    public static string TextOf(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1] is var raw && IsText(raw) ? text.GetString()! : Encoding.UTF8.GetString(raw);

    /// <summary>A string's text; of a long one the beginning as it is spelled, which costs no copy of the rest.</summary>
    public static string StartOf(JsonElement text, int most)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text);
        return raw.Length <= most ? TextOf(text) : Encoding.UTF8.GetString(raw[1..most]);
    }

    /// <summary>A string's text, and the spelling of what is no string.</summary>
    public static string TextOfAny(JsonElement value) => value.ValueKind == JsonValueKind.String ? TextOf(value) : value.GetRawText();

    /// <summary>A member's name, or its spelling, likewise.</summary>
    public static string NameOf(JsonProperty member) =>
        JsonMarshal.GetRawUtf8PropertyName(member) is var raw && IsText(raw) ? member.Name : Encoding.UTF8.GetString(raw);

    /// <summary>
    /// The member of an object, the last one if there are several; null if there is none, or if the value is not an object. QEMU's values are searched
    /// with this: the framework's own search throws at any name with an unpaired surrogate that it comes across.
    /// </summary>
    public static JsonElement? Member(this JsonElement value, string name)
    {
        JsonElement? found = null;
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                if (IsText(JsonMarshal.GetRawUtf8PropertyName(member)) ? member.NameEquals(name) : NameOf(member) == name)
                {
                    found = member.Value;
                }
            }
        }

        return found;
    }

    /// <summary>Whether what stands between the quotes of a valid string is text. Not found out by an exception: an event can have millions of such names.</summary>
    private static bool IsText(ReadOnlySpan<byte> raw)
    {
        if (!Utf8.IsValid(raw))
        {
            return false;
        }

        var high = false;
        while (raw.IndexOf((byte)'\\') is var at and >= 0)
        {
            if (high && at > 0)
            {
                return false;
            }

            var unit = '\0';
            if (raw[at + 1] == 'u')
            {
                _ = Utf8Parser.TryParse(raw.Slice(at + 2, 4), out ushort value, out _, 'x');
                unit = (char)value;
            }

            if (char.IsLowSurrogate(unit) != high)
            {
                return false;
            }

            high = char.IsHighSurrogate(unit);
            raw = raw[(at + (raw[at + 1] == 'u' ? 6 : 2))..];
        }

        return !high;
    }
}
