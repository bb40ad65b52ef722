using System.Text.Json;

namespace Gateway.EndToEnd.Support;

/// <summary>What <c>query-qmp-schema</c> answers: entities by name, types among them by numbers for names. (QAPI: SchemaInfo)</summary>
public sealed class QapiSchema(JsonElement entities)
{
    private readonly Dictionary<string, JsonElement> byName = entities
        .EnumerateArray().ToDictionary(static entity => entity.GetProperty("name").GetString()!);

    /// <summary>Whether it has a command or event of this name.</summary>
    public bool Has(string name) => byName.ContainsKey(name);

    /// <summary>The type of a command's or event's <c>arg-type</c> or <c>ret-type</c>.</summary>
    public JsonElement TypeOf(string name, string role) => Type(byName[name].GetProperty(role).GetString()!);

    /// <summary>The type of that name.</summary>
    public JsonElement Type(string name) => byName[name];

    /// <summary>The values of an enum, in its order.</summary>
    public static IEnumerable<string> Values(JsonElement type) =>
        type.GetProperty("values").EnumerateArray().Select(static value => value.GetString()!);

    /// <summary>The members of an object, without those of its variants: name, type, and whether it may be left out.</summary>
    public IEnumerable<(string Name, JsonElement Type, bool Optional)> Members(JsonElement type) =>
        type.GetProperty("members").EnumerateArray().Select(member => (
            member.GetProperty("name").GetString()!, Type(member.GetProperty("type").GetString()!), member.TryGetProperty("default", out _)));

    /// <summary>The variants of a union: the tag's value and the type with the members that it adds.</summary>
    public IEnumerable<(string Case, JsonElement Type)> Variants(JsonElement type) => !type.TryGetProperty("variants", out var variants)
        ? []
        : variants.EnumerateArray().Select(variant => (
            variant.GetProperty("case").GetString()!, Type(variant.GetProperty("type").GetString()!)));
}
