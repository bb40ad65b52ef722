using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Json;
using QmpGateway.Qmp;

namespace Gateway.Journal;

/// <summary>One entry: serialized once, when it is written, and copied to each reader.</summary>
public sealed class JournalEntry(long id, string vm, string name, ReadOnlyMemory<byte> envelope)
{
    /// <summary>Its place in the journal.</summary>
    public long Id => id;

    /// <summary>The VM it is about.</summary>
    public string Vm => vm;

    /// <summary>The event's name.</summary>
    public string Name => name;

    /// <summary>The whole envelope as clients get it, JSON on one line.</summary>
    public ReadOnlyMemory<byte> Envelope => envelope;

    /// <summary>What the hub made of the entry for its protocols, kept here so that it is made once.</summary>
    internal object? HubMessage;

    /// <summary>The same, as the one method that clients hear who want every event by it.</summary>
    internal object? HubEvent;

    /// <summary>The same, as native QMP words it.</summary>
    internal object? QmpMessage;

    /// <summary>Whether a VM's own event, whose name may be any, or the gateway's.</summary>
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

    /// <summary>The event's payload.</summary>
    public JsonText Data()
    {
        using var json = JsonDocument.Parse(envelope, JsonReading.Own);
        return JsonText.From(json.RootElement.GetProperty("data"));
    }

    /// <summary>When it was received.</summary>
    internal DateTimeOffset ReceivedAt()
    {
        var json = new Utf8JsonReader(envelope.Span, new JsonReaderOptions { MaxDepth = JsonReading.Own.MaxDepth });
        while (json.Read())
        {
            // It stands before the payload, which may have a member of the same name.
            if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("receivedAt"u8))
            {
                json.Read();
                return json.GetDateTimeOffset();
            }
        }

        throw new JsonException("an envelope has no receivedAt");
    }

    /// <summary>The same event under another id.</summary>
    internal JournalEntry Renumber(long newId) =>
        new(newId, vm, name, (byte[])[.. JournalEnvelope.Beginning(newId), .. envelope.Span[JournalEnvelope.Beginning(id).Length..]]);

    /// <summary>Tells later whether the entry still is what was written: what a disk gives back need not be what it was given.</summary>
    internal long Checksum()
    {
        var ofVm = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(vm.AsSpan()), id);
        var ofNames = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan()), (long)ofVm);
        return (long)XxHash3.HashToUInt64(envelope.Span, (long)ofNames);
    }

    /// <summary>Whether the entry is what was written.</summary>
    /// <param name="checksum">Its checksum then; 0 where none was noted: then it is taken for whole if its envelope is one, and of its id.</param>
    internal bool IsWhole(long checksum) => checksum == 0 ? IsEnvelope() : checksum == Checksum();

    internal static JournalEntry From(long id, NewEvent entry, DateTimeOffset receivedAt) => From(id, entry, JournalEnvelope.Write(entry, receivedAt));

    /// <summary>The entry whose envelope is written but for its id.</summary>
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
