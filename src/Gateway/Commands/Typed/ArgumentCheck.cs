using System.Collections.Concurrent;
using System.Text.Json;
using Json.Schema;
using Json.Schema.Keywords;
using QmpGateway.Qmp.Schema;

namespace Gateway.Commands.Typed;

/// <summary>Holds the arguments of commands against what one QEMU says it takes. Safe for use from many threads.</summary>
public sealed class ArgumentCheck(QapiSchema schema)
{
    private static readonly Dialect Dialect = Dialect.Draft202012.Without([TypeKeyword.Instance]).With([QemuTypes.Keyword]);
    private static readonly EvaluationOptions Verdict = new() { OutputFormat = OutputFormat.Flag };
    private static readonly EvaluationOptions Reasons = new() { OutputFormat = OutputFormat.Hierarchical };

    private readonly CommandSchemas commands = new(schema);

    // A quarter of a megabyte of schema is built command by command, as they are used.
    private readonly ConcurrentDictionary<string, Lazy<JsonSchema>> built = [];

    /// <summary>
    /// What QEMU would find wrong with the shape of the arguments: messages by path of the member, none where it would find nothing.
    /// </summary>
    /// <param name="command">The command, one of this QEMU.</param>
    /// <param name="arguments">The arguments, read strictly: no name twice, none with half a surrogate pair.</param>
    public IReadOnlyDictionary<string, List<string>> Check(SchemaInfoCommand command, JsonElement arguments)
    {
        var faults = new ArgumentFaults(arguments);
        if (!faults.AddHalfSurrogates())
        {
            var check = built.GetOrAdd(command.Name, _ => new(() => Build(command))).Value;
            // Reasons cost many times what a verdict costs, and most arguments are right.
            if (!check.Evaluate(arguments, Verdict).IsValid)
            {
                faults.Add(check.Root.Source, check.Evaluate(arguments, Reasons));
            }
        }

        return faults.ByPath;
    }

    private JsonSchema Build(SchemaInfoCommand command) => JsonSchema.Build(
        JsonElement.Parse(commands.Document(command).ToJsonString()),
        // The global registry would keep every schema for good.
        new BuildOptions { Dialect = Dialect, SchemaRegistry = new SchemaRegistry() });
}
