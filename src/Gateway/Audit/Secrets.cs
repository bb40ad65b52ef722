using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gateway.Audit;

/// <summary>Blanks what nobody should read in a log.</summary>
internal static partial class Secrets
{
    private const string Blank = "***";

    // "data" is a secret's of object-add, and what is typed of ringbuf-write; "keys" and "events" are typed, too.
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "passwd", "passphrase", "secret", "data", "keys", "events", "packet-header", "token",
    };

    /// <summary>The same arguments without their secrets.</summary>
    public static JsonElement Blanked(JsonElement arguments) => JsonSerializer.SerializeToElement(Blanked(JsonNode.Parse(arguments.GetRawText())));

    private static JsonNode? Blanked(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var property = members["property"] is JsonValue named && named.TryGetValue<string>(out var text) ? text : null;
                return new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, member.Key switch
                {
                    "value" when property is not null && Names.Contains(property) => Blank,
                    // The actions of a transaction hold their arguments in "data".
                    "data" when member.Value is JsonObject => Blanked(member.Value),
                    _ when Names.Contains(member.Key) => Blank,
                    _ => Blanked(member.Value),
                })));
            case JsonArray items:
                return new JsonArray([.. items.Select(Blanked)]);
            case JsonValue value when value.TryGetValue<string>(out var words):
                return HoldsSecret().IsMatch(words) ? Blank : Userinfo().Replace(words, $"://{Blank}@");
            default:
                return node?.DeepClone();
        }
    }

    // A command of the human monitor, or a chain of block drivers in one text.
    [GeneratedRegex("passw|secret", RegexOptions.IgnoreCase)]
    private static partial Regex HoldsSecret();

    // RFC 3986, section 3.2.1.
    [GeneratedRegex("://[^/@\\s]*@")]
    private static partial Regex Userinfo();
}
