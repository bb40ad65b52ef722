using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>
/// What a guest reported about its panic. The <c>type</c> tells which other members there are; an unknown type has any members. (QAPI: GuestPanicInformation, since 2.9)
/// </summary>
[JsonConverter(typeof(GuestPanicInformationConverter))]
public abstract record GuestPanicInformation : QapiObject
{
    private protected GuestPanicInformation(GuestPanicInformationType type) => Type = type;

    /// <summary>The kind of report, which tells the derived record. (QAPI: type)</summary>
    [JsonPropertyName("type")]
    [JsonPropertyOrder(-1)]
    public GuestPanicInformationType Type { get; }
}

/// <summary>Reads and writes the union <see cref="GuestPanicInformation"/> by its member <c>type</c>, wherever that stands.</summary>
internal sealed class GuestPanicInformationConverter : JsonConverter<GuestPanicInformation>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">No object with a string <c>type</c>, or one that lacks a member its type must have.</exception>
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
