using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace QmpGateway.Qmp;

/// <summary>
/// One JSON value as the UTF-8 text in which it was received. Numbers keep every digit and objects keep the order of their members. Deserializing and
/// serializing the value would not guarantee either.
/// </summary>
/// <param name="utf8">A complete, valid JSON value without line breaks.</param>
[JsonConverter(typeof(JsonTextConverter))]
public readonly struct JsonText(ReadOnlyMemory<byte> utf8) : IEquatable<JsonText>
{
    /// <summary>The object without members, which QMP uses for an empty result.</summary>
    public static JsonText EmptyObject { get; } = new("{}"u8.ToArray());

    /// <summary>The UTF-8 text.</summary>
    public ReadOnlyMemory<byte> Utf8 => utf8;

    /// <summary>Writes <paramref name="value"/> as JSON.</summary>
    public static JsonText From<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>Copies the original text of <paramref name="element"/>.</summary>
    public static JsonText From(JsonElement element) => Compact(JsonMarshal.GetRawUtf8Value(element));

    /// <summary>Deserializes the text to a <typeparamref name="T"/>.</summary>
    /// <exception cref="JsonException">The text is not a valid <typeparamref name="T"/>.</exception>
    public T? Deserialize<T>(JsonTypeInfo<T> type) => JsonSerializer.Deserialize(utf8.Span, type);

    /// <inheritdoc/>
    public bool Equals(JsonText other) => utf8.Span.SequenceEqual(other.Utf8.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is JsonText other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(utf8.Span);
        return hash.ToHashCode();
    }

    /// <summary>Whether two texts are equal, byte for byte.</summary>
    public static bool operator ==(JsonText left, JsonText right) => left.Equals(right);

    /// <summary>Whether two texts differ.</summary>
    public static bool operator !=(JsonText left, JsonText right) => !left.Equals(right);

    /// <summary>The text as a string.</summary>
    public override string ToString() => Encoding.UTF8.GetString(utf8.Span);

    /// <summary>
    /// Copies a valid value out of a larger text. QEMU's <c>pretty=on</c> spreads values over several lines. Line-based formats such as server-sent
    /// events cannot carry those, so this method then removes the white space between tokens.
    /// </summary>
    internal static JsonText Compact(ReadOnlySpan<byte> value)
    {
        if (value.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            return new JsonText(value.ToArray());
        }

        var compact = new byte[value.Length];
        var length = 0;
        var inString = false;
        for (var i = 0; i < value.Length; i++)
        {
            var b = value[i];
            if (!inString && b is ((byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r'))
            {
                continue;
            }

            compact[length++] = b;
            if (b == '"')
            {
                inString = !inString;
            }
            else if (b == '\\')
            {
                compact[length++] = value[++i];
            }
        }

        return new JsonText(compact.AsMemory(0, length));
    }
}

internal sealed class JsonTextConverter : JsonConverter<JsonText>
{
    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return JsonText.From(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
}
