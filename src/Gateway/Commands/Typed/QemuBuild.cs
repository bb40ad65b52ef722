using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Json;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;

namespace Gateway.Commands.Typed;

/// <summary>A build of QEMU with its schema. All VMs with the same build share one instance.</summary>
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

    /// <summary>The id of the build: its version, and a hash of its schema.</summary>
    public string Id { get; }

    /// <summary>The schema.</summary>
    public QapiSchema Schema { get; }

    /// <summary>Validates arguments by the schema.</summary>
    public ArgumentCheck Check => check.Value;

    /// <summary>The commands as JSON Schema.</summary>
    internal CommandTexts Texts => texts.Value;

    /// <summary>Parses a schema.</summary>
    /// <param name="version">QEMU's version.</param>
    /// <param name="returned">The result of <c>query-qmp-schema</c>.</param>
    /// <exception cref="JsonException">The result is not a valid schema.</exception>
    public static QemuBuild Read(string version, JsonText returned) => new(IdOf(version, returned), QapiSchema.Parse(returned));

    /// <summary>Returns the id of the build with this schema.</summary>
    public static string IdOf(string version, JsonText returned) => $"{version}-{Convert.ToHexStringLower(SHA256.HashData(returned.Utf8.Span).AsSpan(0, 8))}";

    /// <summary>Returns a command by its name.</summary>
    /// <exception cref="CommandLackingException">This build does not have the command.</exception>
    public SchemaInfoCommand Command(string name) =>
        Schema.Commands.TryGetValue(name, out var command) ? command : throw new CommandLackingException(name);

    /// <summary>Returns the valid values of an argument of enum type; null if the command has no such argument.</summary>
    public IReadOnlyList<string>? ValuesOf(string command, string argument) =>
        Schema.Commands.TryGetValue(command, out var known) ? Values(known.ArgumentType, argument) : null;

    /// <summary>Returns the possible values of an enum member of a command's result; null if the result has no such member.</summary>
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

/// <summary>One command as JSON Schema.</summary>
internal sealed record CommandText(SchemaInfoCommand Command, JsonText Arguments, JsonText Returns);

/// <summary>The VM's QEMU does not have the command. Nothing was sent.</summary>
public sealed class CommandLackingException(string command)
    : Exception($"This QEMU has no command '{Echo.Of(command)}'. Nothing was sent. GET /vms/{{vm}}/commands lists its commands.")
{
    /// <summary>The command's name.</summary>
    public string Command => command;
}
