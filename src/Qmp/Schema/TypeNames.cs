namespace QmpGateway.Qmp.Schema;

/// <summary>
/// Gives the types of a schema readable names, because QEMU only numbers them. Each type is named after the shortest path from a command to it, such as
/// <c>blockdev-add.driver</c> for the enum of that member. A variant has the path <c>PATH.TAG.VALUE</c>, and the result of a command
/// <c>COMMAND.return</c>. Commands are visited in the order of their names, so that the names of a schema are always the same.
/// </summary>
internal sealed class TypeNames
{
    private readonly QapiSchema schema;
    private readonly Dictionary<string, string> names = [];
    private readonly HashSet<string> given = [];
    private readonly HashSet<string> visited = [];
    private readonly Queue<(string Type, string Path)> next = [];

    public TypeNames(QapiSchema schema)
    {
        this.schema = schema;
        foreach (var command in schema.Commands.Values)
        {
            next.Enqueue((command.ArgumentType, command.Name));
            next.Enqueue((command.ReturnType, $"{command.Name}.return"));
        }

        // Breadth first, so that the shortest path comes first.
        while (next.TryDequeue(out var found))
        {
            if (!names.ContainsKey(found.Type))
            {
                Visit(found.Type, found.Path);
            }
        }
    }

    /// <summary>The name of an enum, alternate or object that a command refers to, directly or indirectly.</summary>
    public string this[string type] => names[type];

    private void Visit(string type, string path)
    {
        switch (schema.Type(type))
        {
            case SchemaInfoArray array when visited.Add(type):
                next.Enqueue((array.ElementType, path));
                break;
            case SchemaInfoEnum:
                names.Add(type, Unique(path));
                break;
            case SchemaInfoAlternate alternate:
                names.Add(type, path = Unique(path));
                foreach (var member in alternate.Members)
                {
                    next.Enqueue((member.Type, $"{path}.{JsonTypes.Of(schema.Type(member.Type)) ?? "any"}"));
                }

                break;
            case SchemaInfoObject structure:
                names.Add(type, path = Unique(path));
                VisitMembers(structure, path);
                break;
        }
    }

    private void VisitMembers(SchemaInfoObject structure, string path)
    {
        foreach (var member in structure.Members)
        {
            next.Enqueue((member.Type, $"{path}.{member.Name}"));
        }

        // The type of a variant only contributes members, so it gets no name.
        foreach (var variant in structure.Variants)
        {
            if (schema.Type(variant.Type) is SchemaInfoObject more && visited.Add(variant.Type))
            {
                VisitMembers(more, $"{path}.{structure.Tag}.{variant.Case}");
            }
        }
    }

    // A command's result and an argument named "return" have the same path.
    private string Unique(string path)
    {
        var name = path;
        for (var i = 2; !given.Add(name); i++)
        {
            name = $"{path}.{i}";
        }

        return name;
    }
}
