using System.IO.Compression;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;

namespace Gateway.Tests.Commands;

/// <summary>
/// What QEMUs say of their commands: the answers of x86-64 builds to <c>query-qmp-schema</c>, without events, features and values of enums, in
/// <c>Schemas</c>.
/// </summary>
internal static class KnownSchemas
{
    public static IReadOnlyList<string> Versions { get; } = ["7.2", "10.0", "11.1"];

    public static QapiSchema Of(string version)
    {
        using var file = typeof(KnownSchemas).Assembly.GetManifestResourceStream($"qemu-{version}.json.gz")!;
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var json = new MemoryStream();
        unpacked.CopyTo(json);
        return QapiSchema.Parse(new JsonText(json.ToArray()));
    }

    /// <summary>All members that a value of a type can have, at any depth, and the types of what it is made of.</summary>
    public static IEnumerable<(string Name, SchemaInfo Type)> Members(this QapiSchema schema, string type) => Inside(schema, "", type, []);

    private static IEnumerable<(string Name, SchemaInfo Type)> Inside(QapiSchema schema, string name, string type, HashSet<string> seen)
    {
        var info = schema.Type(type)!;
        IEnumerable<(string Name, string Type)> parts = info switch
        {
            SchemaInfoArray list => [(name, list.ElementType)],
            SchemaInfoAlternate several => several.Members.Select(one => (name, one.Type)),
            SchemaInfoObject members => [.. members.Members.Select(static member => (member.Name, member.Type)), .. members.Variants.Select(variant => (name, variant.Type))],
            _ => [],
        };
        return seen.Add($"{name} {type}") ? parts.SelectMany(part => Inside(schema, part.Name, part.Type, seen)).Prepend((name, info)) : [];
    }
}
