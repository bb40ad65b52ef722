using System.Text.Json.Nodes;
using QmpGateway.Qmp.Schema;

namespace Gateway.EndToEnd.Support;

/// <summary>One value, and whether a type has it.</summary>
public readonly record struct ArgumentCase(JsonNode? Value, bool Valid);

/// <summary>
/// Values of the types of a schema, right and wrong ones, made from the schema alone: every branch of every union, every alternative, every
/// value of every enum, every member present and absent. A type is gone through where it is met first, and is one plain value later.
/// </summary>
public sealed class ArgumentCases(QapiSchema schema)
{
    private static readonly (string Kind, string Json)[] Samples =
    [
        ("string", "\"0\""), ("int", "0"), ("number", "0.5"), ("boolean", "true"), ("null", "null"), ("array", "[]"), ("object", "{}"),
    ];

    private static readonly string[] NoIntegers = ["18446744073709551616", "-9223372036854775809", "1e30", "1.0", "1e0"];

    private readonly HashSet<string> met = [];

    /// <summary>The arguments of a command.</summary>
    public IEnumerable<ArgumentCase> Of(SchemaInfoCommand command) => Objects((SchemaInfoObject)schema.Type(command.ArgumentType)!, []);

    private IEnumerable<ArgumentCase> Of(string type)
    {
        if (!met.Add(type))
        {
            return [new(Plain(type), true), .. WrongKinds(type).Take(1)];
        }

        IEnumerable<ArgumentCase> right = schema.Type(type) switch
        {
            SchemaInfoBuiltin { JsonType: "int" } => [.. NoIntegers.Select(static text => new ArgumentCase(JsonNode.Parse(text), false)), new(1, true)],
            SchemaInfoBuiltin { JsonType: "boolean" } => [new(true, true), new(false, true)],
            SchemaInfoBuiltin { JsonType: "value" } => Samples.Select(static sample => new ArgumentCase(JsonNode.Parse(sample.Json), true)),
            SchemaInfoBuiltin => [new(Plain(type), true)],
            SchemaInfoEnum values => [.. values.Members.Select(static value => new ArgumentCase(value.Name, true)), new("no-such-value", false), new("", false)],
            SchemaInfoArray list => [new(new JsonArray(), true), .. Of(list.ElementType).Select(static item => item with { Value = new JsonArray(item.Value) })],
            SchemaInfoAlternate alternate => alternate.Members.SelectMany(member => Of(member.Type).Where(static one => one.Valid)),
            SchemaInfoObject structure => Objects(structure, []),
            _ => throw new InvalidOperationException($"{type} is of a kind that nobody knows"),
        };
        return right.Concat(WrongKinds(type));
    }

    private IEnumerable<ArgumentCase> Objects(SchemaInfoObject type, IReadOnlyList<(SchemaInfoObjectMember Member, string? Only)> inherited)
    {
        if (type.Tag is null)
        {
            return Struct([.. inherited, .. type.Members.Select(static member => (member, (string?)null))]);
        }

        var tag = type.Members.Single(member => member.Name == type.Tag);
        var values = ((SchemaInfoEnum)schema.Type(tag.Type)!).Members.Select(static value => value.Name).ToArray();
        var branches = values.ToDictionary(static value => value, value => (SchemaInfoObject?)schema.Type(
            type.Variants.FirstOrDefault(variant => variant.Case == value)?.Type ?? ""));
        return values.SelectMany(value =>
        {
            (SchemaInfoObjectMember, string?)[] own = [.. inherited, .. type.Members.Select(member => (member, member == tag ? value : null))];
            var foreign = branches.Values.SelectMany(static branch => branch?.Members ?? [])
                .FirstOrDefault(member => branches[value]?.Members.Any(mine => mine.Name == member.Name) != true && type.Members.All(mine => mine.Name != member.Name));
            var cases = branches[value] is { } branch ? Objects(branch, own) : Struct(own);
            return foreign is null || branches[value]?.Tag is not null
                ? cases
                : cases.Append(new(With(Plain([.. own, .. (branches[value]?.Members ?? []).Select(static member => (member, (string?)null))]), foreign.Name, Plain(foreign.Type)), false));
        }).Concat(Of(tag.Type).Where(static one => !one.Valid).Select(one => new ArgumentCase(With(Plain(Known(type, inherited)), tag.Name, one.Value), false)));
    }

    private IEnumerable<ArgumentCase> Struct((SchemaInfoObjectMember Member, string? Only)[] members)
    {
        yield return new(Plain(members), true);
        yield return new(new JsonObject(members.Select(member => KeyValuePair.Create(member.Member.Name, member.Only ?? Plain(member.Member.Type)))), true);
        yield return new(With(Plain(members), "no-such-member", 0), false);
        foreach (var (member, only) in members)
        {
            if (!member.Optional)
            {
                var less = Plain(members);
                less.Remove(member.Name);
                yield return new(less, false);
            }

            foreach (var one in only is null ? Of(member.Type) : [])
            {
                yield return one with { Value = With(Plain(members), member.Name, one.Value) };
            }
        }
    }

    private IEnumerable<ArgumentCase> WrongKinds(string type)
    {
        var right = Kinds(type);
        return Samples.Where(sample => !right.Contains(sample.Kind)).Select(static sample => new ArgumentCase(JsonNode.Parse(sample.Json), false));
    }

    private IReadOnlyCollection<string> Kinds(string type) => schema.Type(type) switch
    {
        SchemaInfoBuiltin { JsonType: "value" } => [.. Samples.Select(static sample => sample.Kind)],
        SchemaInfoBuiltin { JsonType: "number" } => ["int", "number"],
        SchemaInfoBuiltin builtin => [builtin.JsonType],
        SchemaInfoEnum => ["string"],
        SchemaInfoArray => ["array"],
        SchemaInfoAlternate alternate => [.. alternate.Members.SelectMany(member => Kinds(member.Type))],
        _ => ["object"],
    };

    // The least that is right. Texts are "0": as a file, a host or a port it is nothing that could be reached.
    private JsonNode? Plain(string type) => schema.Type(type) switch
    {
        SchemaInfoEnum values => values.Members[0].Name,
        SchemaInfoAlternate alternate => Plain(alternate.Members.OrderBy(member => schema.Type(member.Type) is SchemaInfoObject).First().Type),
        SchemaInfoObject structure => Plain(Known(structure, [])),
        _ => JsonNode.Parse(Samples.First(sample => Kinds(type).Contains(sample.Kind)).Json),
    };

    private JsonObject Plain(IEnumerable<(SchemaInfoObjectMember Member, string? Only)> members) =>
        new(members.Where(static member => !member.Member.Optional)
            .Select(member => KeyValuePair.Create(member.Member.Name, member.Only ?? Plain(member.Member.Type))));

    // The members of an object; of a union, with its first branch.
    private IEnumerable<(SchemaInfoObjectMember Member, string? Only)> Known(
        SchemaInfoObject type, IReadOnlyList<(SchemaInfoObjectMember Member, string? Only)> inherited)
    {
        var members = inherited.Concat(type.Members.Select(static member => (member, (string?)null)));
        return type.Tag is null ? members
            : members.Concat(Known((SchemaInfoObject)schema.Type(type.Variants.First(variant =>
                variant.Case == Plain(type.Members.Single(member => member.Name == type.Tag).Type)!.GetValue<string>()).Type)!, []));
    }

    private static JsonObject With(JsonObject json, string name, JsonNode? value)
    {
        json[name] = value;
        return json;
    }
}
