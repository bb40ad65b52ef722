using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>
/// What a guest reported about its panic. The <c>type</c> decides which other members there are. An unknown type may have any members. (QAPI: GuestPanicInformation, since 2.9)
/// </summary>
[JsonConverter(typeof(GuestPanicInformationConverter))]
public abstract record GuestPanicInformation : QapiObject
{
    private protected GuestPanicInformation(GuestPanicInformationType type) => Type = type;

    /// <summary>The type of the report, which decides the other members. (QAPI: type)</summary>
    [JsonPropertyName("type")]
    [JsonPropertyOrder(-1)]
    public GuestPanicInformationType Type { get; }
}

/// <summary>Reads and writes the union <see cref="GuestPanicInformation"/>. Its member <c>type</c> may be at any position.</summary>
internal sealed class GuestPanicInformationConverter : JsonConverter<GuestPanicInformation>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The value is not an object with a string <c>type</c>, or a required member of that type is missing.</exception>
    public override GuestPanicInformation? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        if (element.ValueKind != JsonValueKind.Object ||
            !element.TryGetProperty("type", out var type) ||
            type.ValueKind != JsonValueKind.String)
        {
            throw new JsonException("GuestPanicInformation must be an object with a string 'type'.");
        }

        return type.GetString() switch
        {
            "hyper-v" => element.Deserialize(RunStateJson.Default.GuestPanicInformationHyperV),
            "s390" => element.Deserialize(RunStateJson.Default.GuestPanicInformationS390),
            "tdx" => element.Deserialize(RunStateJson.Default.GuestPanicInformationTdx),
            "sev" => element.Deserialize(RunStateJson.Default.GuestPanicInformationSev),
            _ => element.Deserialize(RunStateJson.Default.GuestPanicInformationUnknown),
        };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, GuestPanicInformation value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(value);
        JsonSerializer.Serialize(writer, value, RunStateJson.Default.GetTypeInfo(value.GetType())!);
    }
}
