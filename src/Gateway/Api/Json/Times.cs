using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Api.Json;

/// <summary>Times as the contract spells them: RFC 3339, UTC, microseconds.</summary>
public sealed class Times : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

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

        Span<char> text = stackalloc char[27];
        time.UtcDateTime.TryFormat(text, out var length, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}
