using System.Text.Json;
using Gateway.Journal;
using Gateway.Json;
using QmpGateway.Qmp;

namespace Gateway.NativeQmp;

/// <summary>The messages to a client, in the format of QEMU.</summary>
internal static class NativeQmpReply
{
    /// <summary>Returns the greeting.</summary>
    public static ReadOnlyMemory<byte> Greeting(QmpGreeting qemu) => GatewayEvents.Json(json =>
    {
        json.WriteStartObject("QMP");
        json.WriteRaw("version", qemu.VersionInfo);
        json.WriteStartArray("capabilities");
        if (qemu.Capabilities.Contains(QmpGreeting.OutOfBandCapability))
        {
            json.WriteStringValue(QmpGreeting.OutOfBandCapability);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }).Utf8;

    /// <summary>Returns the reply to a command that succeeded.</summary>
    public static ReadOnlyMemory<byte> Return(JsonText? id, JsonText returned) => GatewayEvents.Json(json =>
    {
        json.WriteRaw("return", returned);
        WriteId(json, id);
    }).Utf8;

    /// <summary>Returns the reply to a command that failed, or whose outcome is unknown.</summary>
    public static ReadOnlyMemory<byte> Error(JsonText? id, string errorClass, string description) => GatewayEvents.Json(json =>
    {
        WriteId(json, id);
        json.WriteStartObject("error");
        json.WriteString("class", errorClass);
        json.WriteString("desc", description);
        json.WriteEndObject();
    }).Utf8;

    /// <summary>Returns the message of an event; null if the event is not from QEMU. The message is created once for all clients.</summary>
    public static ReadOnlyMemory<byte>? Event(JournalEntry entry) =>
        ((JsonText?)(entry.QmpMessage ?? Interlocked.CompareExchange(ref entry.QmpMessage, Write(entry), null) ?? entry.QmpMessage))?.Utf8;

    /// <summary>Creates the message without a JSON tree, which would take many times the memory of a large payload.</summary>
    private static JsonText? Write(JournalEntry entry)
    {
        var envelope = new Utf8JsonReader(entry.Envelope.Span, new JsonReaderOptions { MaxDepth = JsonReading.Own.MaxDepth });
        var (isOwn, timestamp, data) = (false, (DateTimeOffset?)null, JsonText.EmptyObject);
        for (envelope.Read(); envelope.Read() && envelope.TokenType == JsonTokenType.PropertyName;)
        {
            var (ofOrigin, ofTimestamp, ofData) = (envelope.ValueTextEquals("origin"u8), envelope.ValueTextEquals("timestamp"u8), envelope.ValueTextEquals("data"u8));
            envelope.Read();
            var from = (int)envelope.TokenStartIndex;
            isOwn |= ofOrigin && envelope.ValueTextEquals("qemu"u8);
            timestamp = ofTimestamp && envelope.TokenType == JsonTokenType.String ? envelope.GetDateTimeOffset() : timestamp;
            envelope.Skip();
            data = ofData ? new JsonText(entry.Envelope[from..(int)envelope.BytesConsumed]) : data;
        }

        return !isOwn ? null : GatewayEvents.Json(json =>
        {
            WriteTimestamp(json, timestamp);
            json.WriteString("event", entry.Name);
            if (data != JsonText.EmptyObject)
            {
                json.WriteRaw("data", data);
            }
        });
    }

    private static void WriteTimestamp(Utf8JsonWriter json, DateTimeOffset? time)
    {
        json.WriteStartObject("timestamp");
        // QEMU sends -1 if it could not read the clock.
        json.WriteNumber("seconds", time?.ToUnixTimeSeconds() ?? -1);
        json.WriteNumber("microseconds", time is { } told ? told.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond : -1);
        json.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter json, JsonText? id)
    {
        if (id is not null)
        {
            json.WriteRaw("id", id);
        }
    }
}
