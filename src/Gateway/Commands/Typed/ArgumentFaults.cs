using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gateway.Json;
using Json.Pointer;
using Json.Schema;

namespace Gateway.Commands.Typed;

/// <summary>Says in plain words what is wrong with the arguments of a command.</summary>
internal sealed class ArgumentFaults(JsonElement arguments)
{
    // Each is told, and a body has room for a million of them.
    private const int Most = 100;

    private readonly SortedDictionary<string, List<string>> faults = new(StringComparer.Ordinal);

    /// <summary>The messages, by what they are about: <c>props.size</c>, <c>list[0]</c>, and <c>body</c> for the whole.</summary>
    public IReadOnlyDictionary<string, List<string>> ByPath => faults;

    /// <summary>Notes all texts that are none; QEMU does not read them either. True when there is one.</summary>
    public bool AddHalfSurrogates()
    {
        if (JsonMarshal.GetRawUtf8Value(arguments).IndexOf("\\u"u8) >= 0)
        {
            AddHalfSurrogates(JsonPointer.Empty, arguments);
        }

        return faults.Count > 0;
    }

    /// <summary>Notes what an evaluation against this schema found, and the evaluations inside of it.</summary>
    public void Add(JsonElement schema, EvaluationResults results)
    {
        if (results.IsValid || IsCondition(results.EvaluationPath))
        {
            return;
        }

        // A value of the wrong type breaks other rules as well, which says nothing more.
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

    // What an "if" finds decides on its "then", and is no fault. A member may be called so too.
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
                Add(at, $"must be one of {rule.Values}, not {ArgumentWords.Short(found)}");
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
                // The "false" of additionalProperties.
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
