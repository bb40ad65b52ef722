using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gateway.Json;

namespace Gateway.Commands;

/// <summary>
/// Finds all values with an argument's name, at any depth: a chain of block drivers names a file at each level. It also searches strings
/// that contain options for QEMU: <c>json:{"file.filename":"/x"}</c> is such a file name (block.c: <c>parse_json_protocol</c>).
/// </summary>
internal sealed class ArgumentSearch
{
    private const string JsonPrefix = "json:";

    // Two levels of options inside strings are enough for all uses, and each level costs stack.
    private const int MaxTexts = 4;

    // More than any command needs. The limit is necessary because found paths are resolved on the disk, and QEMU accepts about a million names and values.
    private const int MaxFound = 1000;
    private const int MaxSeen = 1_000_000;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private readonly string wanted;
    private readonly List<char> at = [];
    private int texts;
    private int seen;

    private ArgumentSearch(string path) => wanted = $".{path}";

    /// <summary>The found values.</summary>
    public List<JsonElement> Values { get; } = [];

    /// <summary>The texts inside found strings that contain options.</summary>
    public List<string> Texts { get; } = [];

    /// <summary>
    /// Whether the search is incomplete: there are too many values, or a string seems to contain options and cannot be parsed. QEMU's parser accepts more than
    /// JSON, such as single quotes.
    /// </summary>
    public bool IsBlind { get; private set; }

    /// <summary>Searches arguments for a path. Dots separate the names of nested members.</summary>
    public static ArgumentSearch For(string path, JsonElement arguments)
    {
        var search = new ArgumentSearch(path);
        search.Look(arguments, collects: false);
        return search;
    }

    private void Look(JsonElement value, bool collects)
    {
        if (++seen > MaxSeen || Values.Count + Texts.Count > MaxFound)
        {
            IsBlind = true;
            return;
        }

        // In options, "file.filename" means the same as "filename" inside "file".
        var isWanted = CollectionsMarshal.AsSpan(at).EndsWith(wanted);
        if (isWanted)
        {
            Values.Add(value);
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject().TakeWhile(_ => !IsBlind))
                {
                    LookInside(JsonReading.NameOf(member), member.Value, collects);
                }

                break;
            case JsonValueKind.Array:
                Span<char> digits = stackalloc char[10];
                foreach (var (index, item) in value.EnumerateArray().Index().TakeWhile(_ => !IsBlind))
                {
                    LookInside(index.TryFormat(digits, out var written) ? digits[..written] : default, item, collects);
                }

                break;
            case JsonValueKind.String:
                LookIntoText(JsonReading.TextOf(value), isWanted, collects);
                break;
        }
    }

    private void LookInside(ReadOnlySpan<char> name, JsonElement value, bool collects)
    {
        var length = at.Count;
        at.Add('.');
        at.AddRange(name);
        Look(value, collects);
        CollectionsMarshal.SetCount(at, length);
    }

    private void LookIntoText(string text, bool isWanted, bool collects)
    {
        if (collects)
        {
            Texts.Add(text);
        }

        if (!text.StartsWith(JsonPrefix, StringComparison.Ordinal))
        {
            return;
        }

        if (texts == MaxTexts)
        {
            IsBlind = true;
            return;
        }

        texts++;
        try
        {
            using var options = JsonReading.Parse(Encoding.UTF8.GetBytes(text[JsonPrefix.Length..]), Options);
            Look(options.RootElement.Clone(), collects || isWanted);
        }
        catch (JsonException)
        {
            IsBlind = true;
        }
        finally
        {
            texts--;
        }
    }
}
