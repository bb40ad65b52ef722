using System.Buffers;
using System.Text.Json;
using Gateway.Json;
using MessagePack;
using MessagePack.Formatters;
using QmpGateway.Qmp;

namespace Gateway.Hubs;

/// <summary>
/// Converts JSON to MessagePack and back, so that both hub protocols send the same data: the same member names, and exact 64-bit integers.
/// </summary>
internal sealed class JsonTextFormatter : IMessagePackFormatter<JsonText>
{
    public void Serialize(ref MessagePackWriter writer, JsonText value, MessagePackSerializerOptions options)
    {
        using var json = JsonDocument.Parse(value.Utf8, JsonReading.Own);
        Write(ref writer, json.RootElement);
    }

    public JsonText Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Read(ref reader, json, options);
        }

        return new JsonText(buffer.WrittenMemory);
    }

    private static void Write(ref MessagePackWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteMapHeader(value.GetPropertyCount());
                foreach (var member in value.EnumerateObject())
                {
                    writer.Write(JsonReading.NameOf(member));
                    Write(ref writer, member.Value);
                }

                break;
            case JsonValueKind.Array:
                writer.WriteArrayHeader(value.GetArrayLength());
                foreach (var item in value.EnumerateArray())
                {
                    Write(ref writer, item);
                }

                break;
            case JsonValueKind.String: writer.Write(JsonReading.TextOf(value)); break;
            case JsonValueKind.True: writer.Write(true); break;
            case JsonValueKind.False: writer.Write(false); break;
            case JsonValueKind.Null: writer.WriteNil(); break;
            default: WriteNumber(ref writer, value); break;
        }
    }

    private static void WriteNumber(ref MessagePackWriter writer, JsonElement value)
    {
        if (value.TryGetInt64(out var signed))
        {
            writer.Write(signed);
        }
        else if (value.TryGetUInt64(out var unsigned))
        {
            writer.Write(unsigned);
        }
        else
        {
            writer.Write(value.GetDouble());
        }
    }

    private static void Read(ref MessagePackReader reader, Utf8JsonWriter json, MessagePackSerializerOptions options)
    {
        options.Security.DepthStep(ref reader);
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Map:
                json.WriteStartObject();
                for (var left = reader.ReadMapHeader(); left > 0; left--)
                {
                    json.WritePropertyName(reader.ReadString() ?? "");
                    Read(ref reader, json, options);
                }

                json.WriteEndObject();
                break;
            case MessagePackType.Array:
                json.WriteStartArray();
                for (var left = reader.ReadArrayHeader(); left > 0; left--)
                {
                    Read(ref reader, json, options);
                }

                json.WriteEndArray();
                break;
            case MessagePackType.String: json.WriteStringValue(reader.ReadString()); break;
            case MessagePackType.Boolean: json.WriteBooleanValue(reader.ReadBoolean()); break;
            case MessagePackType.Nil:
                reader.ReadNil();
                json.WriteNullValue();
                break;
            case MessagePackType.Integer: json.WriteRawValue(Integer(ref reader)); break;
            case MessagePackType.Float: json.WriteNumberValue(reader.ReadDouble()); break;
            default: throw new MessagePackSerializationException($"MessagePack type {reader.NextMessagePackType} has no JSON equivalent.");
        }

        reader.Depth--;
    }

    private static string Integer(ref MessagePackReader reader) => reader.NextCode == MessagePackCode.UInt64
        ? reader.ReadUInt64().ToString(System.Globalization.CultureInfo.InvariantCulture)
        : reader.ReadInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
}
