using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Json;
using QmpGateway.Qmp;

namespace Gateway.Journal;

/// <summary>An entry of the journal. It is serialized once, when it is written, and its bytes are copied to each reader.</summary>
public sealed class JournalEntry(long id, string vm, string name, ReadOnlyMemory<byte> envelope)
{
    /// <summary>The id, which is its position in the journal.</summary>
    public long Id => id;

    /// <summary>The id of the VM.</summary>
    public string Vm => vm;

    /// <summary>The event's name.</summary>
    public string Name => name;

    /// <summary>The complete envelope as sent to clients: JSON on one line.</summary>
    public ReadOnlyMemory<byte> Envelope => envelope;

    /// <summary>The message of the hub in the formats of its protocols, cached here so that it is created once.</summary>
    internal object? HubMessage;

    /// <summary>The same message, for clients that receive all events through one method.</summary>
    internal object? HubEvent;

    /// <summary>The message of native QMP, cached here so that it is created once.</summary>
    internal object? QmpMessage;

    /// <summary>Whether the event is from QEMU, which may use any name, or from the gateway.</summary>
    public EventOrigin Origin
    {
        get
        {
            var json = new Utf8JsonReader(envelope.Span);
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("origin"u8))
                {
                    json.Read();
                    return json.ValueTextEquals("gateway"u8) ? EventOrigin.Gateway : EventOrigin.Qemu;
                }
            }

            return EventOrigin.Qemu;
        }
    }

    /// <summary>Returns the event's payload.</summary>
    public JsonText Data()
    {
        using var json = JsonDocument.Parse(envelope, JsonReading.Own);
        return JsonText.From(json.RootElement.GetProperty("data"));
    }

    /// <summary>Returns when the event was received.</summary>
    internal DateTimeOffset ReceivedAt()
    {
        var json = new Utf8JsonReader(envelope.Span, new JsonReaderOptions { MaxDepth = JsonReading.Own.MaxDepth });
        while (json.Read())
        {
            // The first match is the right one: the payload, which may have a member of the same name, comes later.
            if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("receivedAt"u8))
            {
                json.Read();
                return json.GetDateTimeOffset();
            }
        }

        throw new JsonException("an envelope has no receivedAt");
    }

    /// <summary>Returns the same event with another id.</summary>
    internal JournalEntry Renumber(long newId) =>
        new(newId, vm, name, (byte[])[.. JournalEnvelope.Beginning(newId), .. envelope.Span[JournalEnvelope.Beginning(id).Length..]]);

    /// <summary>Returns a checksum, which detects entries that the disk has damaged.</summary>
    internal long Checksum()
    {
        var ofVm = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(vm.AsSpan()), id);
        var ofNames = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan()), (long)ofVm);
        return (long)XxHash3.HashToUInt64(envelope.Span, (long)ofNames);
    }

    /// <summary>Whether the entry is undamaged.</summary>
    /// <param name="checksum">The stored checksum; 0 if there is none. In this case, only the envelope and its id are checked.</param>
    internal bool IsWhole(long checksum) => checksum == 0 ? IsEnvelope() : checksum == Checksum();

    internal static JournalEntry From(long id, NewEvent entry, DateTimeOffset receivedAt) => From(id, entry, JournalEnvelope.Write(entry, receivedAt));

    /// <summary>Returns the entry of an envelope that has no id yet.</summary>
    internal static JournalEntry From(long id, NewEvent entry, JournalEnvelope envelope) => new(id, entry.Vm, entry.Name, envelope.WithId(id));

    private bool IsEnvelope()
    {
        if (!envelope.Span.StartsWith(JournalEnvelope.Beginning(id)))
        {
            return false;
        }

        var json = new Utf8JsonReader(envelope.Span, new JsonReaderOptions { MaxDepth = JsonReading.Own.MaxDepth });
        try
        {
            while (json.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
