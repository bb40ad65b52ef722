using System.Text.Json;
using Gateway.Journal;
using Gateway.Json;
using QmpGateway.Qmp;

namespace Gateway.Hubs;

/// <summary>
/// An entry's envelope as the hub sends it: the same as everywhere, unless its <c>data</c> nests so deeply that clients of .NET could not read the message
/// (they give up at 64 levels), would lose the connection, resume, and meet it again. Then <c>data</c> is its JSON as a string.
/// </summary>
internal static class HubEnvelope
{
    // The message has two levels around the envelope.
    private const int MaxDepth = 60;

    public static JsonText Of(JournalEntry entry) => IsDeep(entry.Envelope.Span) ? Flat(entry) : new JsonText(entry.Envelope);

    private static bool IsDeep(ReadOnlySpan<byte> envelope)
    {
        if (envelope.Count((byte)'{') + envelope.Count((byte)'[') <= MaxDepth)
        {
            return false;
        }

        var json = new Utf8JsonReader(envelope, new JsonReaderOptions { MaxDepth = JsonReading.Own.MaxDepth });
        while (json.Read())
        {
            if (json.CurrentDepth >= MaxDepth)
            {
                return true;
            }
        }

        return false;
    }

    private static JsonText Flat(JournalEntry entry)
    {
        using var envelope = JsonDocument.Parse(entry.Envelope, JsonReading.Own);
        return GatewayEvents.Json(json =>
        {
            foreach (var member in envelope.RootElement.EnumerateObject())
            {
                if (member.NameEquals("data"u8))
                {
                    json.WriteString("data"u8, JsonText.From(member.Value).Utf8.Span);
                }
                else
                {
                    member.WriteTo(json);
                }
            }
        });
    }
}
