using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using QmpGateway.Qmp;

namespace Gateway.Json;

/// <summary>Rules for reading and writing JSON.</summary>
public static class JsonReading
{
    // QEMU's own maximum, and the levels that the gateway adds around it.
    internal const int MaxDepth = 1024 + 8;

    // QEMU accepts 2,097,152 tokens (qobject/json-streamer.c). A name or value and its punctuation are two tokens.
    private const int MaxNamesAndValues = 1_000_000;

    /// <summary>The options for JSON from QEMU or the gateway.</summary>
    public static JsonDocumentOptions Own { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>The options for JSON from clients: no comments, no trailing commas, no duplicate members.</summary>
    public static JsonDocumentOptions Strict { get; } = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Parses JSON from a client.</summary>
    /// <exception cref="InvalidRequestException">The JSON is invalid.</exception>
    public static JsonDocument Document(ReadOnlyMemory<byte> utf8, string field)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            throw new InvalidRequestException(field, "is not valid UTF-8");
        }

        try
        {
            return HasTooMuch(utf8.Span)
                ? throw new InvalidRequestException(field, $"contains more than {MaxNamesAndValues} names and values, the most that QEMU accepts")
                : Parse(utf8, Strict);
        }
        catch (JsonException malformed)
        {
            throw new InvalidRequestException(field, malformed is NameIsNotTextException ? "contains a name with an unpaired surrogate" : JsonFaults.Of(utf8, malformed));
        }
    }

    /// <summary>Parses JSON from a client.</summary>
    /// <exception cref="NameIsNotTextException">A name contains an unpaired surrogate.</exception>
    /// <exception cref="JsonException">The text is not JSON, or the options do not allow it.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, JsonDocumentOptions options)
    {
        try
        {
            return JsonDocument.Parse(utf8, options);
        }
        catch (InvalidOperationException unreadable)
        {
            // .NET throws this when it compares names to find duplicates.
            throw new NameIsNotTextException(unreadable);
        }
    }

    /// <summary>
    /// Whether JSON has more names and values than QEMU accepts. This is checked before a document is created, because a document needs twelve bytes for
    /// each, six times as much as the shortest values themselves.
    /// </summary>
    /// <exception cref="JsonException">The JSON is invalid.</exception>
    public static bool HasTooMuch(ReadOnlySpan<byte> utf8)
    {
        // A name or value and its separator take at least two bytes.
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

    /// <summary>Returns a part of a JSON text as a separate text, without a copy if possible.</summary>
    /// <param name="part">The part.</param>
    /// <param name="whole">The text that it was parsed from.</param>
    public static JsonText TextOf(JsonElement part, ReadOnlyMemory<byte> whole)
    {
        var raw = JsonMarshal.GetRawUtf8Value(part);
        return raw.IndexOfAny((byte)'\n', (byte)'\r') < 0 && whole.Span.Overlaps(raw, out var offset) && offset >= 0
            ? new JsonText(whole.Slice(offset, raw.Length))
            : JsonText.From(part);
    }

    /// <summary>Configures how the API and the hub serialize the gateway's own types.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.MaxDepth = MaxDepth;
        options.Converters.Add(new Times());
    }

    /// <summary>Converts a JSON text to an element.</summary>
    public static JsonElement ToElement(this JsonText text) => JsonElement.Parse(text.Utf8.Span, Own);

    /// <summary>Returns the text of a JSON string. If it contains an unpaired surrogate, which is not valid text, the raw JSON is returned.</summary>
    public static string TextOf(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1] is var raw && IsText(raw) ? text.GetString()! : Encoding.UTF8.GetString(raw);

    /// <summary>Returns the text of a JSON string, or only the start of its raw JSON if it is long, which avoids a copy of the rest.</summary>
    public static string StartOf(JsonElement text, int most)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text);
        return raw.Length <= most ? TextOf(text) : Encoding.UTF8.GetString(raw[1..most]);
    }

    /// <summary>Whether a JSON string is text. One with an unpaired surrogate is not.</summary>
    public static bool IsText(JsonElement text) => IsText(JsonMarshal.GetRawUtf8Value(text)[1..^1]);

    /// <summary>Returns the text of a JSON string, or the raw JSON of any other value.</summary>
    public static string TextOfAny(JsonElement value) => value.ValueKind == JsonValueKind.String ? TextOf(value) : value.GetRawText();

    /// <summary>Returns the name of a member. If it contains an unpaired surrogate, the raw JSON is returned.</summary>
    public static string NameOf(JsonProperty member) =>
        JsonMarshal.GetRawUtf8PropertyName(member) is var raw && IsText(raw) ? member.Name : Encoding.UTF8.GetString(raw);

    /// <summary>
    /// Returns the last member of an object with this name. Returns null if there is none, or if the value is not an object. Use this for values from
    /// QEMU: the framework's own lookup throws on every name with an unpaired surrogate.
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

    /// <summary>
    /// Whether the raw content of a valid JSON string is valid text. This does not rely on exceptions, because an event can have millions of invalid names.
    /// </summary>
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

/// <summary>A name in JSON contains an unpaired surrogate, so it is not text.</summary>
/// <param name="inner">The exception that .NET threw.</param>
public sealed class NameIsNotTextException(Exception inner) : JsonException(inner.Message, inner);
