using System.Text.Json;
using QmpGateway.Qmp;

namespace Gateway.Json;

/// <summary>
/// Reads an object that a client wrote, member by member, and collects all that is wrong with it. A reader asks for the members
/// it knows and then calls <see cref="Done"/>, which refuses the others.
/// </summary>
public sealed class JsonBody
{
    // Each is told, with all that there are, and a body has room for a million of them.
    private const int MostUnknown = 100;

    private readonly JsonElement json;
    private readonly string prefix;
    private readonly SortedDictionary<string, List<string>> faults;
    private readonly List<string> known = [];
    private readonly List<Action> ifFaulty = [];
    private bool whole;

    private JsonBody(JsonElement json, string prefix, SortedDictionary<string, List<string>> faults)
    {
        this.json = json;
        this.prefix = prefix;
        this.faults = faults;
    }

    /// <summary>Parses and reads a whole body.</summary>
    /// <exception cref="InvalidRequestException">Something is wrong; says all of it.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> utf8, string field, Func<JsonBody, T> read)
    {
        using var document = JsonReading.Document(utf8, field);
        return Read(document.RootElement, field, read);
    }

    /// <summary>Reads a whole object.</summary>
    /// <exception cref="InvalidRequestException">Something is wrong; says all of it.</exception>
    public static T Read<T>(JsonElement json, string field, Func<JsonBody, T> read)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidRequestException(field, $"must be an object, not {Kind(json)}");
        }

        var body = new JsonBody(json, "", []);
        var result = read(body);
        body.Done();
        if (body.faults.Count == 0)
        {
            return result;
        }

        body.ifFaulty.ForEach(static also => also());
        throw new InvalidRequestException(body.faults);
    }

    /// <summary>Notes a fault.</summary>
    public void Fault(string name, string message)
    {
        var field = prefix + Echo.Of(name);
        if (!faults.TryGetValue(field, out var messages))
        {
            faults.Add(field, messages = []);
        }

        messages.Add(message);
    }

    /// <summary>Whether the member is there.</summary>
    public bool Has(string name) => json.TryGetProperty(name, out _);

    /// <summary>The members there are.</summary>
    public IEnumerable<string> Names => json.EnumerateObject().Select(JsonReading.NameOf);

    /// <summary>Whether all members, if there are any, are null.</summary>
    public bool IsEmpty => json.EnumerateObject().All(static member => member.Value.ValueKind == JsonValueKind.Null);

    /// <summary>A text; null where it is not there, or no text.</summary>
    public string? Text(string name, bool required = false, bool nullable = false)
    {
        if (Take(name, JsonValueKind.String, "a text", nullable) is { } value)
        {
            return GetString(name, value);
        }

        if (required && !Has(name))
        {
            Fault(name, "is missing");
        }

        return null;
    }

    /// <summary>True or false; false if it is not there.</summary>
    public bool Flag(string name)
    {
        known.Add(name);
        if (json.Member(name) is not { ValueKind: not JsonValueKind.Null } value)
        {
            return false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Fault(name, $"must be true or false, not {Kind(value)}");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>A value of a QAPI enum that this gateway knows.</summary>
    public T? Enum<T>(string name, bool required = false, bool nullable = false)
        where T : struct, IQapiEnum<T>
    {
        if (Text(name, required, nullable) is not { } text)
        {
            return null;
        }

        var value = T.Of(text);
        if (T.Known.Contains(value))
        {
            return value;
        }

        NoneOf<T>(name, text);
        return null;
    }

    /// <summary>All of it, as it is spelled, for as long as the document is there that it is of.</summary>
    public JsonElement Whole()
    {
        whole = true;
        return json;
    }

    /// <summary>A value of a QAPI enum, known or not: whoever asked for it checks that. A body that is faulty anyway is told of it at once.</summary>
    public string? OpenEnum<T>(string name, bool required = false, bool nullable = false)
        where T : struct, IQapiEnum<T>
    {
        var text = Text(name, required, nullable);
        if (text is not null && !T.Known.Contains(T.Of(text)))
        {
            ifFaulty.Add(() => NoneOf<T>(name, text));
        }

        return text;
    }

    /// <summary>An object, as it is spelled, for as long as the document is there that it is of.</summary>
    public JsonElement? Element(string name) => Take(name, JsonValueKind.Object, "an object");

    /// <summary>An object of this reader's own.</summary>
    public T? Nested<T>(string name, Func<JsonBody, T> read)
        where T : class
    {
        if (Take(name, JsonValueKind.Object, "an object") is not { } value)
        {
            return null;
        }

        var body = new JsonBody(value, $"{prefix}{name}.", faults);
        var result = read(body);
        body.Done();
        return result;
    }

    /// <summary>An object whose members are all texts.</summary>
    public IReadOnlyDictionary<string, string>? Texts(string name, bool nullable = false)
    {
        if (Take(name, JsonValueKind.Object, "an object", nullable) is not { } value)
        {
            return null;
        }

        var texts = new Dictionary<string, string>();
        foreach (var member in value.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String)
            {
                Fault($"{name}.{member.Name}", $"must be a text, not {Kind(member.Value)}");
            }
            else if (GetString($"{name}.{member.Name}", member.Value) is { } text)
            {
                texts[member.Name] = text;
            }
        }

        return texts;
    }

    /// <summary>A list of texts; empty where there is none, null among them or instead of them included.</summary>
    public IReadOnlyList<string> List(string name)
    {
        if (Take(name, JsonValueKind.Array, "a list of texts", nullable: true) is not { } value)
        {
            return [];
        }

        var texts = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                Fault(name, $"must hold texts, not {Kind(item)}");
            }
            else if (GetString(name, item) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    /// <summary>Refuses what nobody asked for.</summary>
    private void Done()
    {
        foreach (var member in json.EnumerateObject().Where(member => !whole && !known.Contains(member.Name)).Take(MostUnknown))
        {
            Fault(member.Name, $"is no member here; there are {string.Join(", ", known)}");
        }
    }

    private void NoneOf<T>(string name, string text)
        where T : struct, IQapiEnum<T> => Fault(name, $"'{Echo.Of(text)}' is none of {string.Join(", ", T.Known)}");

    private JsonElement? Take(string name, JsonValueKind kind, string description, bool nullable = false)
    {
        known.Add(name);
        if (!json.TryGetProperty(name, out var value) || (nullable && value.ValueKind == JsonValueKind.Null))
        {
            return null;
        }

        if (value.ValueKind == kind)
        {
            return value;
        }

        Fault(name, $"must be {description}, not {Kind(value)}");
        return null;
    }

    private string? GetString(string name, JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            Fault(name, "holds half a surrogate pair");
            return null;
        }
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
