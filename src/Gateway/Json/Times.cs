using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Json;

/// <summary>Writes times in the format of the contract: RFC 3339 in UTC, with microseconds.</summary>
public sealed class Times : JsonConverter<DateTimeOffset>
{
    private const int Length = 27;

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => Write(writer, value);

    /// <summary>Writes a time, or <c>null</c>.</summary>
    public static void Write(Utf8JsonWriter writer, DateTimeOffset? value)
    {
        if (value is not { } time)
        {
            writer.WriteNullValue();
            return;
        }

        // The framework's fast format has seven digits, one more than microseconds need.
        Span<byte> text = stackalloc byte[Length + 1];
        time.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[Length - 1] = (byte)'Z';
        writer.WriteStringValue(text[..Length]);
    }
}
