using System.Text.Json;

namespace Gateway.Json;

/// <summary>
/// Reads a JSON object from a client, member by member, and collects all errors. The caller reads the members that it knows, and
/// <see cref="Done"/> then rejects the others.
/// </summary>
public sealed class JsonBody
{
    // A body can have a million unknown members, and each is reported with a list of the known ones.
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
    /// <exception cref="InvalidRequestException">The body is invalid. The exception has all errors.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> utf8, string field, Func<JsonBody, T> read)
    {
        using var document = JsonReading.Document(utf8, field);
        return Read(document.RootElement, field, read);
    }

    /// <summary>Reads a whole object.</summary>
    /// <exception cref="InvalidRequestException">The object is invalid. The exception has all errors.</exception>
    public static T Read<T>(JsonElement json, string field, Func<JsonBody, T> read)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidRequestException(field, $"must be an object, not {JsonKinds.Describe(json)}");
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

    /// <summary>Adds an error.</summary>
    public void Fault(string name, string message)
    {
        var field = prefix + Echo.Of(name);
        if (!faults.TryGetValue(field, out var messages))
        {
            faults.Add(field, messages = []);
        }

        messages.Add(message);
    }

    /// <summary>Whether a member has an error, or contains one.</summary>
    public bool IsFaulty(string name) => faults.Keys.Any(field => field == prefix + name || field.StartsWith($"{prefix}{name}.", StringComparison.Ordinal));

    /// <summary>Runs an action, which may add an error, if the body has other errors.</summary>
    internal void IfFaulty(Action action) => ifFaulty.Add(action);

    /// <summary>Whether the object has the member.</summary>
    public bool Has(string name) => json.TryGetProperty(name, out _);

    /// <summary>The names of all members.</summary>
    public IEnumerable<string> Names => json.EnumerateObject().Select(JsonReading.NameOf);

    /// <summary>Whether all members, if there are any, are null.</summary>
    public bool IsEmpty => json.EnumerateObject().All(static member => member.Value.ValueKind == JsonValueKind.Null);

    /// <summary>Reads a string. Returns null if it is missing or invalid.</summary>
    public string? Text(string name, bool required = false, bool nullable = false)
    {
        if (Take(name, JsonValueKind.String, "a string", nullable) is { } value)
        {
            return GetString(name, value);
        }

        if (required && !Has(name))
        {
            Fault(name, "is missing");
        }

        return null;
    }

    /// <summary>Reads a boolean. Returns false if it is missing.</summary>
    public bool Flag(string name)
    {
        known.Add(name);
        if (json.Member(name) is not { ValueKind: not JsonValueKind.Null } value)
        {
            return false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Fault(name, $"must be true or false, not {JsonKinds.Describe(value)}");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>Reads a whole number. Returns null if it is missing, null or invalid.</summary>
    public int? WholeNumber(string name, int from, int to)
    {
        known.Add(name);
        if (json.Member(name) is not { ValueKind: not JsonValueKind.Null } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= from && number <= to)
        {
            return number;
        }

        Fault(name, $"must be a whole number from {from} to {to}, not {(value.ValueKind == JsonValueKind.Number ? $"'{Echo.Of(value.GetRawText())}'" : JsonKinds.Describe(value))}");
        return null;
    }

    /// <summary>Returns the whole object unchanged. It is valid as long as its document.</summary>
    public JsonElement Whole()
    {
        whole = true;
        return json;
    }

    /// <summary>Reads an object unchanged. It is valid as long as its document.</summary>
    public JsonElement? Element(string name) => Take(name, JsonValueKind.Object, "an object");

    /// <summary>Reads a nested object.</summary>
    public T? Nested<T>(string name, Func<JsonBody, T> read, bool nullable = false)
        where T : class
    {
        if (Take(name, JsonValueKind.Object, "an object", nullable) is not { } value)
        {
            return null;
        }

        var body = new JsonBody(value, $"{prefix}{name}.", faults);
        var result = read(body);
        body.Done();
        return result;
    }

    /// <summary>Reads an object whose members are all strings.</summary>
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
                Fault($"{name}.{member.Name}", $"must be a string, not {JsonKinds.Describe(member.Value)}");
            }
            else if (GetString($"{name}.{member.Name}", member.Value) is { } text)
            {
                texts[member.Name] = text;
            }
        }

        return texts;
    }

    /// <summary>Reads a list of strings. Returns an empty list if the member is missing or null.</summary>
    public IReadOnlyList<string> List(string name)
    {
        if (Take(name, JsonValueKind.Array, "an array of strings", nullable: true) is not { } value)
        {
            return [];
        }

        var texts = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                Fault(name, $"must contain only strings, not {JsonKinds.Describe(item)}");
            }
            else if (GetString(name, item) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    /// <summary>Rejects all members that were not read.</summary>
    private void Done()
    {
        foreach (var member in json.EnumerateObject().Where(member => !whole && !known.Contains(member.Name)).Take(MostUnknown))
        {
            Fault(member.Name, $"is an unknown member; expected one of {string.Join(", ", known)}");
        }
    }

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

        Fault(name, $"must be {description}, not {JsonKinds.Describe(value)}");
        return null;
    }

    private string? GetString(string name, JsonElement value)
    {
        if (JsonReading.IsText(value))
        {
            return value.GetString();
        }

        Fault(name, "contains an unpaired surrogate");
        return null;
    }
}
