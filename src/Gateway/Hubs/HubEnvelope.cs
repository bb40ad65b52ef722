using System.Text.Json;
using Gateway.Journal;
using Gateway.Json;
using QmpGateway.Qmp;

namespace Gateway.Hubs;

/// <summary>
/// Creates the envelope that the hub sends for an entry. It is the same as elsewhere unless <c>data</c> is deeply nested. .NET clients read at most 64 levels:
/// they would close the connection at such a message, resume, and receive it again. For these entries, <c>data</c> is a string that contains the JSON.
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
