using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Qmp;

namespace Gateway.EndToEnd.Support;

/// <summary>Holds types of ours against types of a QEMU's schema: members, whether they may be left out, values.</summary>
public sealed class SchemaComparison(QapiSchema schema)
{
    private static readonly Dictionary<string, Type> PanicReports = new()
    {
        ["hyper-v"] = typeof(GuestPanicInformationHyperV),
        ["s390"] = typeof(GuestPanicInformationS390),
        ["tdx"] = typeof(GuestPanicInformationTdx),
        ["sev"] = typeof(GuestPanicInformationSev),
    };

    private readonly List<string> differences = [];

    /// <summary>Everything that is not alike, one line each.</summary>
    public IReadOnlyList<string> Differences => differences;

    public void Compare(JsonElement theirs, Type ours)
    {
        var type = Nullable.GetUnderlyingType(ours) ?? ours;
        switch (theirs.GetProperty("meta-type").GetString())
        {
            case "enum":
                CompareSets(type.Name, QapiSchema.Values(theirs), Known(type));
                break;
            case "object":
                CompareObjects(theirs, type);
                break;
            case "builtin" when theirs.GetProperty("json-type").GetString() != JsonTypeOf(type):
                differences.Add($"{type.Name} is {theirs.GetProperty("json-type")}");
                break;
        }
    }

    private void CompareObjects(JsonElement theirs, Type type)
    {
        var properties = Properties(type);
        var members = schema.Members(theirs).ToArray();
        CompareSets(type.Name, members.Select(static member => member.Name), properties.Keys);
        foreach (var (name, memberType, optional) in members.Where(member => properties.ContainsKey(member.Name)))
        {
            var property = properties[name];
            if (optional == (property.GetCustomAttribute<RequiredMemberAttribute>() is not null || property.SetMethod is null))
            {
                differences.Add($"{type.Name}.{name} is {(optional ? "optional" : "required")}");
            }

            Compare(memberType, property.PropertyType);
        }

        foreach (var (name, variant) in schema.Variants(theirs))
        {
            if (PanicReports.TryGetValue(name, out var report))
            {
                Compare(variant, report);
            }
            else
            {
                differences.Add($"{type.Name}: no type for {name}");
            }
        }
    }

    private void CompareSets(string what, IEnumerable<string> theirs, IEnumerable<string> ours)
    {
        differences.AddRange(theirs.Except(ours).Select(missing => $"{what} lacks {missing}"));
        differences.AddRange(ours.Except(theirs).Select(more => $"{what} has {more}"));
    }

    // A union's own members only: its type tells the report's.
    private static Dictionary<string, PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(static property => property.GetCustomAttribute<JsonPropertyNameAttribute>() is not null)
        .ToDictionary(static property => property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name);

    private static IEnumerable<string> Known(Type type) =>
        type.GetProperty("Known", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is System.Collections.IEnumerable known
            ? known.Cast<object>().Select(static value => value.ToString()!)
            : [$"{type.Name}, which is no enum"];

    private static string JsonTypeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => "boolean",
        TypeCode.String => "string",
        TypeCode.UInt32 or TypeCode.UInt64 => "int",
        _ => type.Name,
    };
}
