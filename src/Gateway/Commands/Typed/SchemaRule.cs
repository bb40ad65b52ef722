using System.Globalization;
using System.Text.Json;
using Json.Pointer;

namespace Gateway.Commands.Typed;

/// <summary>The part of a schema that an evaluation refers to, for error messages.</summary>
internal readonly struct SchemaRule
{
    private readonly JsonElement root;
    private readonly JsonElement rule;

    /// <summary>Follows the path of an evaluation, including references.</summary>
    public SchemaRule(JsonElement root, JsonPointer path)
        : this(root, root)
    {
        var before = "";
        for (var i = 0; i < path.SegmentCount; i++)
        {
            // JsonSchema.Net 8.0.5 escapes the names of members twice.
            var segment = before == "properties" ? Unescaped(Unescaped(path[i].ToString())) : path[i].ToString();
            // It also repeats "items". That is unambiguous, because QAPI has no lists of lists.
            if (segment == "items" && before == "items")
            {
                continue;
            }

            rule = before != "properties" && segment == "$ref" ? Target()
                : rule.ValueKind == JsonValueKind.Array ? rule[int.Parse(segment, CultureInfo.InvariantCulture)]
                : rule.GetProperty(segment);
            // The part after "properties" is always the name of a member, even if it looks like a keyword.
            before = before == "properties" ? "" : segment;
        }
    }

    private SchemaRule(JsonElement root, JsonElement rule)
    {
        this.root = root;
        this.rule = rule;
    }

    /// <summary>The allowed types.</summary>
    public string Kinds => rule.GetProperty("type") is { ValueKind: JsonValueKind.Array } several
        ? string.Join(" or ", Texts(several).Select(ArgumentWords.Kind))
        : ArgumentWords.Kind(rule.GetProperty("type").GetString()!);

    /// <summary>The allowed values; null if the schema is not an enum.</summary>
    public string? Values => rule.TryGetProperty("enum", out var values) ? string.Join(", ", Texts(values)) : null;

    /// <summary>The minimum integer, as exact text.</summary>
    public string Minimum => rule.GetProperty("minimum").GetRawText();

    /// <summary>The maximum integer, as exact text.</summary>
    public string Maximum => rule.GetProperty("maximum").GetRawText();

    /// <summary>The required members.</summary>
    public IEnumerable<string> Required => Texts(rule.GetProperty("required"));

    /// <summary>All members.</summary>
    public string Members => string.Join(", ", rule.GetProperty("properties").EnumerateObject().Select(static member => member.Name));

    /// <summary>Returns the rule for a member.</summary>
    public SchemaRule Member(string name)
    {
        var member = new SchemaRule(root, rule.GetProperty("properties").GetProperty(name));
        return member.rule.TryGetProperty("$ref", out _) ? new SchemaRule(root, member.Target()) : member;
    }

    /// <summary>The name that a segment of a pointer stands for (RFC 6901, section 4): in this order, so that "~01" is "~1".</summary>
    public static string Unescaped(string segment) => segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private JsonElement Target() => JsonPointer.Parse(rule.GetProperty("$ref").GetString()!).Evaluate(root)!.Value;

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(static text => text.GetString()!);
}
