using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>
/// A QAPI enum as an open set: its known values are named, and a string that a newer QEMU adds is a value like any other.
/// </summary>
/// <typeparam name="TSelf">The enum's own type.</typeparam>
[SuppressMessage("Naming", "CA1711", Justification = "Enum is what QAPI calls it.")]
[SuppressMessage("Naming", "CA1716", Justification = "Reserved in Visual Basic only, which can still write [Of].")]
public interface IQapiEnum<TSelf>
    where TSelf : struct, IQapiEnum<TSelf>
{
    /// <summary>The value as QEMU spells it. Null only in a <c>default</c>, which is written as the empty string.</summary>
    string Value { get; }

    /// <summary>The values known when this was built, of all QEMU versions, in the order of QEMU's schema.</summary>
    static abstract IReadOnlyList<TSelf> Known { get; }

    /// <summary>The value of that spelling, whether known or not.</summary>
    /// <param name="value">The spelling; case matters.</param>
    static abstract TSelf Of(string value);
}

/// <summary>Reads and writes a QAPI enum as the JSON string it is, known or not.</summary>
/// <typeparam name="T">The enum.</typeparam>
internal sealed class QapiEnumConverter<T> : JsonConverter<T>
    where T : struct, IQapiEnum<T>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The token is no string.</exception>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? T.Of(reader.GetString()!)
            : throw new JsonException($"{typeof(T).Name} must be a string, not {reader.TokenType}.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Value ?? "");
    }
}
