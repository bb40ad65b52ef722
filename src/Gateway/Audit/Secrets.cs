using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Api.Json;

namespace Gateway.Audit;

/// <summary>Makes of arguments what a log may have: without what nobody should read in it, and no longer than a log has use for.</summary>
internal sealed partial class Secrets
{
    private const string Blank = "***";
    private const string More = "…";
    private const int MaxText = 1024;
    private const int MaxValues = 1000;
    private const int MaxDepth = 32;

    // "data" is a secret's of object-add, and what is typed of ringbuf-write; "keys" and "events" are typed, too.
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "passwd", "passphrase", "secret", "data", "keys", "events", "packet-header", "token",
    };

    private readonly Utf8JsonWriter json;
    private int values;

    private Secrets(Utf8JsonWriter json) => this.json = json;

    /// <summary>The same arguments without their secrets.</summary>
    public static JsonElement Blanked(JsonElement arguments)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            new Secrets(json).Write(arguments, 0);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private void Write(JsonElement value, int depth)
    {
        if (++values > MaxValues || depth > MaxDepth)
        {
            json.WriteStringValue(More);
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMembers(value, depth);
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray().TakeWhile(_ => values <= MaxValues))
                {
                    Write(item, depth + 1);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(Shown(JsonReading.TextOf(value)));
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private void WriteMembers(JsonElement value, int depth)
    {
        // qom-set names what it sets.
        var setsSecret = value.TryGetProperty("property", out var property) && property.ValueKind == JsonValueKind.String && Names.Contains(JsonReading.TextOf(property));
        json.WriteStartObject();
        foreach (var member in value.EnumerateObject().TakeWhile(_ => values <= MaxValues))
        {
            var name = JsonReading.NameOf(member);
            json.WritePropertyName(Cut(name));
            // The actions of a transaction hold their arguments in "data".
            if ((Names.Contains(name) && !(name == "data" && member.Value.ValueKind == JsonValueKind.Object)) || (setsSecret && name == "value"))
            {
                json.WriteStringValue(Blank);
            }
            else
            {
                Write(member.Value, depth + 1);
            }
        }

        json.WriteEndObject();
    }

    private static string Shown(string text) => HoldsSecret().IsMatch(text) ? Blank : Cut(Userinfo().Replace(text, $"://{Blank}@"));

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText] + More;

    // A command of the human monitor, or a chain of block drivers in one text.
    [GeneratedRegex("passw|secret", RegexOptions.IgnoreCase)]
    private static partial Regex HoldsSecret();

    // RFC 3986, section 3.2.1.
    [GeneratedRegex("://[^/@\\s]*@")]
    private static partial Regex Userinfo();
}
