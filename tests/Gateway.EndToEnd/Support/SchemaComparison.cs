using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;

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

    public void Compare(string theirs, Type ours)
    {
        var type = Nullable.GetUnderlyingType(ours) ?? ours;
        switch (schema.Type(theirs))
        {
            case SchemaInfoEnum values:
                CompareSets(type.Name, values.Members.Select(static value => value.Name), Known(type));
                break;
            case SchemaInfoObject structure:
                CompareObjects(structure, type);
                break;
            case SchemaInfoBuiltin builtin when builtin.JsonType != JsonTypeOf(type):
                differences.Add($"{type.Name} is {builtin.JsonType}");
                break;
        }
    }

    private void CompareObjects(SchemaInfoObject theirs, Type type)
    {
        var properties = Properties(type);
        CompareSets(type.Name, theirs.Members.Select(static member => member.Name), properties.Keys);
        foreach (var member in theirs.Members.Where(member => properties.ContainsKey(member.Name)))
        {
            var property = properties[member.Name];
            if (member.Optional == (property.GetCustomAttribute<RequiredMemberAttribute>() is not null || property.SetMethod is null))
            {
                differences.Add($"{type.Name}.{member.Name} is {(member.Optional ? "optional" : "required")}");
            }

            Compare(member.Type, property.PropertyType);
        }

        foreach (var variant in theirs.Variants)
        {
            if (PanicReports.TryGetValue(variant.Case, out var report))
            {
                Compare(variant.Type, report);
            }
            else
            {
                differences.Add($"{type.Name}: no type for {variant.Case}");
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
