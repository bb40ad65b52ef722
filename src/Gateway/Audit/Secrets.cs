using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Json;

namespace Gateway.Audit;

/// <summary>Prepares command arguments for the log: removes secrets, and limits the length.</summary>
internal sealed partial class Secrets
{
    private const string Blank = "***";
    private const string More = "…";
    private const int MaxText = 1024;

    // How much of a string is searched for words that indicate a secret.
    private const int MaxRead = 64 * 1024;
    private const int MaxValues = 1000;
    private const int MaxDepth = 32;
    private const int MaxBytes = 16 * 1024;

    // "data" is a secret in object-add, and input to the guest in ringbuf-write. "keys" and "events" are input to the guest, too.
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase) { "secret", "data", "keys", "events", "packet-header" };

    // For example "proxy-password" and "rxcookie". Names like "password-secret" and "passwordid" are not secrets: they refer to an object that holds one.
    private static readonly string[] Endings = ["password", "passwd", "passphrase", "cookie", "token"];

    private readonly Utf8JsonWriter json;
    private int values;

    private Secrets(Utf8JsonWriter json) => this.json = json;

    private bool IsFull => values > MaxValues || json.BytesCommitted + json.BytesPending > MaxBytes;

    /// <summary>Whether an argument with this name is replaced.</summary>
    public static bool IsSecret(string name) => Names.Contains(name) || Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Shortens a text for the log.</summary>
    public static string Cut(string text) => Echo.Cut(text, MaxText);

    /// <summary>Returns the arguments with their secrets replaced.</summary>
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
        if (++values > MaxValues || depth > MaxDepth || IsFull)
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
                foreach (var item in value.EnumerateArray().TakeWhile(_ => !IsFull))
                {
                    Write(item, depth + 1);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(Shown(JsonReading.StartOf(value, MaxRead)));
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private void WriteMembers(JsonElement value, int depth)
    {
        // In qom-set, "property" is the name of the property, and "value" its new value.
        var setsSecret = value.TryGetProperty("property", out var property) && property.ValueKind == JsonValueKind.String && IsSecret(JsonReading.TextOf(property));
        json.WriteStartObject();
        foreach (var member in value.EnumerateObject().TakeWhile(_ => !IsFull))
        {
            var name = JsonReading.NameOf(member);
            json.WritePropertyName(Cut(name));
            // In the actions of a transaction, "data" is an object with the arguments.
            if ((IsSecret(name) && !(name == "data" && member.Value.ValueKind == JsonValueKind.Object)) || (setsSecret && name == "value"))
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

    private static string Shown(string text) =>
        HoldsSecret().IsMatch(text) ? Blank : Cut(Query().Replace(Userinfo().Replace(text, $"://{Blank}@"), $"$1?{Blank}"));

    // A string may be a command of the human monitor, a chain of block drivers or a command line. It holds a secret if a word for a secret is followed by
    // something. The word alone is not a secret: `secret` is an object type.
    [GeneratedRegex(@"(?:passw|secret|cookie|token|bearer|authorization)\w*[""']?[\s=:,]|\b(?:key|data)=|\b(?:sendkey|ringbuf_write|qom-set)\s", RegexOptions.IgnoreCase)]
    private static partial Regex HoldsSecret();

    // The query of a signed URL contains its signature.
    [GeneratedRegex(@"(://[^\s?""']*)\?[^\s""']+")]
    private static partial Regex Query();

    // User information in a URL (RFC 3986, section 3.2.1).
    [GeneratedRegex("://[^/@\\s]*@")]
    private static partial Regex Userinfo();
}
