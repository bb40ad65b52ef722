using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Json;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;

namespace Gateway.Commands.Typed;

/// <summary>A build of QEMU, as it describes itself. All VMs of one build share it.</summary>
public sealed class QemuBuild
{
    private const string Definitions = "#/$defs/";

    private readonly Lazy<ArgumentCheck> check;
    private readonly Lazy<CommandTexts> texts;

    private QemuBuild(string id, QapiSchema schema)
    {
        Id = id;
        Schema = schema;
        check = new Lazy<ArgumentCheck>(() => new ArgumentCheck(schema));
        texts = new Lazy<CommandTexts>(Write);
    }

    /// <summary>Names the build: its version, and a hash of how it describes itself.</summary>
    public string Id { get; }

    /// <summary>The description.</summary>
    public QapiSchema Schema { get; }

    /// <summary>Holds arguments against it.</summary>
    public ArgumentCheck Check => check.Value;

    /// <summary>Its commands as JSON Schema.</summary>
    internal CommandTexts Texts => texts.Value;

    /// <summary>Reads a description.</summary>
    /// <param name="version">QEMU's version.</param>
    /// <param name="returned">What <c>query-qmp-schema</c> returned.</param>
    /// <exception cref="JsonException">It is none.</exception>
    public static QemuBuild Read(string version, JsonText returned) => new(IdOf(version, returned), QapiSchema.Parse(returned));

    /// <summary>The id of the build that describes itself so.</summary>
    public static string IdOf(string version, JsonText returned) => $"{version}-{Convert.ToHexStringLower(SHA256.HashData(returned.Utf8.Span).AsSpan(0, 8))}";

    /// <summary>The command of that name.</summary>
    /// <exception cref="CommandLackingException">This build has none.</exception>
    public SchemaInfoCommand Command(string name) =>
        Schema.Commands.TryGetValue(name, out var command) ? command : throw new CommandLackingException(name);

    /// <summary>The values that a command takes for an argument that is an enum; null where it has no such argument.</summary>
    public IReadOnlyList<string>? ValuesOf(string command, string argument) =>
        Schema.Commands.TryGetValue(command, out var known) ? Values(known.ArgumentType, argument) : null;

    /// <summary>The values that a member of what a command returns can have; null where it returns no such enum.</summary>
    public IReadOnlyList<string>? ValuesReturnedBy(string command, string member) =>
        Schema.Commands.TryGetValue(command, out var known) ? Values(known.ReturnType, member) : null;

    private string[]? Values(string type, string member) =>
        Schema.Type(type) is SchemaInfoObject members
        && members.Members.FirstOrDefault(one => one.Name == member) is { } found
        && Schema.Type(found.Type) is SchemaInfoEnum values
            ? [.. values.Members.Select(static value => value.Name)]
            : null;

    private CommandTexts Write()
    {
        var schemas = new CommandSchemas(Schema, Definitions);
        return new CommandTexts(
            [.. Schema.Commands.Values.Select(command => new CommandText(command, Text(schemas.Arguments(command)), Text(schemas.Returns(command))))],
            Text(schemas.Definitions()));
    }

    private static JsonText Text(JsonObject json) => new(Encoding.UTF8.GetBytes(json.ToJsonString()));
}

/// <summary>The commands of a build in JSON Schema, ready to be sent.</summary>
/// <param name="Commands">The commands, sorted by name.</param>
/// <param name="Definitions">What they refer to.</param>
internal sealed record CommandTexts(IReadOnlyList<CommandText> Commands, JsonText Definitions);

/// <summary>One command in JSON Schema.</summary>
internal sealed record CommandText(SchemaInfoCommand Command, JsonText Arguments, JsonText Returns);

/// <summary>The VM's QEMU has no such command: nothing was sent.</summary>
public sealed class CommandLackingException(string command)
    : Exception($"This QEMU has no command '{Echo.Of(command)}'. Nothing was sent. GET /vms/{{vm}}/commands lists its commands.")
{
    /// <summary>The command.</summary>
    public string Command => command;
}
