using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>
/// A QAPI enum as an open set. Known values have names. A string that a newer QEMU adds is also a valid value.
/// </summary>
/// <typeparam name="TSelf">The enum's own type.</typeparam>
[SuppressMessage("Naming", "CA1711", Justification = "Enum is what QAPI calls it.")]
[SuppressMessage("Naming", "CA1716", Justification = "Reserved in Visual Basic only, which can still write [Of].")]
public interface IQapiEnum<TSelf>
    where TSelf : struct, IQapiEnum<TSelf>
{
    /// <summary>The value as QEMU sends it. Null only in a <c>default</c>, which is written as the empty string.</summary>
    string Value { get; }

    /// <summary>The values of all QEMU versions known to this library, in the order of QEMU's schema.</summary>
    static abstract IReadOnlyList<TSelf> Known { get; }

    /// <summary>Returns the value for a string, whether known or not.</summary>
    /// <param name="value">The string. It is case-sensitive.</param>
    static abstract TSelf Of(string value);
}

/// <summary>Reads and writes known and unknown values of a QAPI enum as JSON strings.</summary>
/// <typeparam name="T">The enum.</typeparam>
internal sealed class QapiEnumConverter<T> : JsonConverter<T>
    where T : struct, IQapiEnum<T>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The token is not a string.</exception>
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
