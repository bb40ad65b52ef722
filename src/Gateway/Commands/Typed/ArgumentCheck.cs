using System.Collections.Concurrent;
using System.Text.Json;
using Json.Schema;
using Json.Schema.Keywords;
using QmpGateway.Qmp.Schema;

namespace Gateway.Commands.Typed;

/// <summary>Validates the arguments of commands against the schema of one QEMU. This class is thread-safe.</summary>
public sealed class ArgumentCheck(QapiSchema schema)
{
    private static readonly Dialect Dialect = Dialect.Draft202012.Without([TypeKeyword.Instance]).With([QemuTypes.Keyword]);
    private static readonly EvaluationOptions Verdict = new() { OutputFormat = OutputFormat.Flag };
    private static readonly EvaluationOptions Reasons = new() { OutputFormat = OutputFormat.Hierarchical };

    private readonly CommandSchemas commands = new(schema);

    // The whole schema is a quarter of a megabyte, so the check of each command is built on first use.
    private readonly ConcurrentDictionary<string, Lazy<JsonSchema>> built = [];

    /// <summary>
    /// Returns the faults that QEMU would find in the types and names of the arguments: messages by the path of the member. Empty if there are none.
    /// </summary>
    /// <param name="command">A command of this QEMU.</param>
    /// <param name="arguments">The arguments. They were parsed strictly: no repeated names, and no names with an unpaired surrogate.</param>
    public IReadOnlyDictionary<string, List<string>> Check(SchemaInfoCommand command, JsonElement arguments)
    {
        var faults = new ArgumentFaults(arguments);
        if (!faults.AddHalfSurrogates())
        {
            var check = built.GetOrAdd(command.Name, _ => new(() => Build(command))).Value;
            // Reasons cost many times as much as a verdict, and most arguments are valid.
            if (!check.Evaluate(arguments, Verdict).IsValid)
            {
                faults.Add(check.Root.Source, check.Evaluate(arguments, Reasons));
            }
        }

        return faults.ByPath;
    }

    private JsonSchema Build(SchemaInfoCommand command) => JsonSchema.Build(
        JsonElement.Parse(commands.Document(command).ToJsonString()),
        // The global registry would never release a schema.
        new BuildOptions { Dialect = Dialect, SchemaRegistry = new SchemaRegistry() });
}
