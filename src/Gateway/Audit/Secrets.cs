using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Json;

namespace Gateway.Audit;

/// <summary>Makes of arguments what a log may have: without what nobody should read in it, and no longer than a log has use for.</summary>
internal sealed partial class Secrets
{
    private const string Blank = "***";
    private const string More = "…";
    private const int MaxText = 1024;

    // What is searched for words that tell of a secret.
    private const int MaxRead = 64 * 1024;
    private const int MaxValues = 1000;
    private const int MaxDepth = 32;
    private const int MaxBytes = 16 * 1024;

    // "data" is a secret's of object-add, and what is typed of ringbuf-write; "keys" and "events" are typed, too.
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase) { "secret", "data", "keys", "events", "packet-header" };

    // "proxy-password" and "rxcookie", but not what names an object that holds the secret: "password-secret", "passwordid".
    private static readonly string[] Endings = ["password", "passwd", "passphrase", "cookie", "token"];

    private readonly Utf8JsonWriter json;
    private int values;

    private Secrets(Utf8JsonWriter json) => this.json = json;

    private bool IsFull => values > MaxValues || json.BytesCommitted + json.BytesPending > MaxBytes;

    /// <summary>Whether an argument of this name is blanked.</summary>
    public static bool IsSecret(string name) => Names.Contains(name) || Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>No more of a text than a log has use for.</summary>
    public static string Cut(string text) =>
        text.Length <= MaxText ? text : $"{text[..(char.IsHighSurrogate(text[MaxText - 2]) ? MaxText - 2 : MaxText - 1)]}{More}";

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
        // qom-set names what it sets.
        var setsSecret = value.TryGetProperty("property", out var property) && property.ValueKind == JsonValueKind.String && IsSecret(JsonReading.TextOf(property));
        json.WriteStartObject();
        foreach (var member in value.EnumerateObject().TakeWhile(_ => !IsFull))
        {
            var name = JsonReading.NameOf(member);
            json.WritePropertyName(Cut(name));
            // The actions of a transaction hold their arguments in "data".
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

    // A command of the human monitor, a chain of block drivers in one text, or a program's line: a word for a secret, and something after it. The word
    // alone is none: `secret` is a type of objects.
    [GeneratedRegex(@"(?:passw|secret|cookie|token|bearer|authorization)\w*[""']?[\s=:,]|\b(?:key|data)=|\b(?:sendkey|ringbuf_write|qom-set)\s", RegexOptions.IgnoreCase)]
    private static partial Regex HoldsSecret();

    // Signed URLs have their signatures there.
    [GeneratedRegex(@"(://[^\s?""']*)\?[^\s""']+")]
    private static partial Regex Query();

    // RFC 3986, section 3.2.1.
    [GeneratedRegex("://[^/@\\s]*@")]
    private static partial Regex Userinfo();
}
