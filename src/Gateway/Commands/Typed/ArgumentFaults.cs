using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gateway.Json;
using Json.Pointer;
using Json.Schema;

namespace Gateway.Commands.Typed;

/// <summary>Collects messages about invalid arguments of a command.</summary>
internal sealed class ArgumentFaults(JsonElement arguments)
{
    // A body has room for a million faults, so their number in a response is limited.
    private const int Most = 100;

    private readonly SortedDictionary<string, List<string>> faults = new(StringComparer.Ordinal);

    /// <summary>The messages by the path of the value, such as <c>props.size</c> or <c>list[0]</c>; <c>body</c> means the whole body.</summary>
    public IReadOnlyDictionary<string, List<string>> ByPath => faults;

    /// <summary>Adds a fault for each string with an unpaired surrogate, which QEMU rejects, too. Returns true if there is one.</summary>
    public bool AddHalfSurrogates()
    {
        if (JsonMarshal.GetRawUtf8Value(arguments).IndexOf("\\u"u8) >= 0)
        {
            AddHalfSurrogates(JsonPointer.Empty, arguments);
        }

        return faults.Count > 0;
    }

    /// <summary>Adds the faults of a schema evaluation and of its nested evaluations.</summary>
    public void Add(JsonElement schema, EvaluationResults results)
    {
        if (results.IsValid || IsCondition(results.EvaluationPath))
        {
            return;
        }

        // A value of the wrong type also violates other rules. These faults would add no information.
        var broken = results.Errors?.Keys.ToArray() ?? [];
        foreach (var keyword in broken.Contains("type") ? ["type"] : broken)
        {
            Add(schema, results, keyword);
        }

        foreach (var inside in results.Details ?? [])
        {
            Add(schema, inside);
        }
    }

    // The result of an "if" selects the "then" branch, and is not a fault. A member may also be named "if".
    private static bool IsCondition(JsonPointer path) =>
        path.SegmentCount > 1 && path[path.SegmentCount - 1].ToString() == "if" && path[path.SegmentCount - 2].ToString() != "properties";

    private void Add(JsonElement schema, EvaluationResults results, string keyword)
    {
        var at = results.InstanceLocation;
        var found = at.Evaluate(arguments)!.Value;
        var rule = new SchemaRule(schema, results.EvaluationPath);
        switch (keyword)
        {
            case "type":
                Add(at, $"must be {rule.Kinds}, not {ArgumentWords.Kind(found)}");
                break;
            case "enum":
                Add(at, $"must be one of {rule.Values}, not '{ArgumentWords.Short(found)}'");
                break;
            case "minimum" or "maximum":
                Add(at, $"must be from {rule.Minimum} to {rule.Maximum}");
                break;
            case "required":
                foreach (var missing in rule.Required.Where(name => !found.TryGetProperty(name, out _)))
                {
                    Add(at.Combine(missing), rule.Member(missing).Values is { } values ? $"is missing; expected one of {values}" : "is missing");
                }

                break;
            default:
                // The value "false" of additionalProperties.
                var members = new SchemaRule(schema, results.Parent!.EvaluationPath).Members;
                Add(at, members.Length > 0 ? $"is an unknown member; expected one of {members}" : "is an unknown member; expected none");
                break;
        }
    }

    private void AddHalfSurrogates(JsonPointer at, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    AddHalfSurrogates(at.Combine(member.Name), member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in value.EnumerateArray().Index())
                {
                    AddHalfSurrogates(at.Combine(index), item);
                }

                break;
            case JsonValueKind.String when !JsonReading.IsText(value):
                Add(at, "contains an unpaired surrogate");
                break;
        }
    }

    private void Add(JsonPointer pointer, string message)
    {
        var path = PathOf(pointer);
        if (!faults.TryGetValue(path, out var messages))
        {
            if (faults.Count == Most)
            {
                return;
            }

            faults.Add(path, messages = []);
        }

        messages.Add(message);
    }

    private string PathOf(JsonPointer pointer)
    {
        var path = new StringBuilder();
        JsonElement? at = arguments;
        for (var i = 0; i < pointer.SegmentCount; i++)
        {
            var name = SchemaRule.Unescaped(pointer[i].ToString());
            if (at is { ValueKind: JsonValueKind.Array } list)
            {
                path.Append('[').Append(name).Append(']');
                at = list[int.Parse(name, CultureInfo.InvariantCulture)];
            }
            else
            {
                path.Append(path.Length == 0 ? "" : ".").Append(Echo.Of(name));
                at = at?.Member(name);
            }
        }

        return path.Length == 0 ? "body" : path.ToString();
    }
}
