using System.Text.Json.Nodes;
using QmpGateway.Qmp.Schema;

namespace Gateway.Commands.Typed;

/// <summary>The commands of one VM's QEMU as an OpenAPI 3.1 document, with one operation per command.</summary>
public static class CommandsDescription
{
    private const string Schemas = "#/components/schemas/";

    private const string Credential = "credential";

    // No command has an upper-case letter in its name, so this name cannot collide with the name of a type.
    private const string Problem = "Problem";

    /// <summary>Writes the document.</summary>
    /// <param name="schema">QEMU's schema.</param>
    /// <param name="vm">The VM's id.</param>
    /// <param name="qemu">QEMU's version.</param>
    /// <param name="policy">Returns the policy's verdict on a command by its name, before the arguments are known.</param>
    public static JsonObject Of(QapiSchema schema, string vm, string qemu, Func<string, Verdict> policy)
    {
        var commands = new CommandSchemas(schema, Schemas);
        var definitions = commands.Definitions();
        var examples = new ArgumentExamples(definitions);
        var paths = new JsonObject();
        foreach (var command in schema.Commands.Values)
        {
            paths[$"/vms/{vm}/commands/{command.Name}"] = new JsonObject { ["post"] = Operation(command, commands, examples, policy(command.Name)) };
        }

        definitions[Problem] = ProblemSchema();
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = $"QMP commands of {vm}",
                ["version"] = qemu,
                ["description"] = "All commands of this QEMU. The request body contains the arguments, and the response is the return value.",
            },
            ["tags"] = new JsonArray([.. CommandGroups.All.Select(static group => new JsonObject { ["name"] = group })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = definitions,
                ["securitySchemes"] = new JsonObject { [Credential] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
            },
            // No credential is required if neither keys nor an identity provider are configured.
            ["security"] = new JsonArray(new JsonObject { [Credential] = new JsonArray() }, new JsonObject()),
        };
    }

    private static JsonObject Operation(SchemaInfoCommand command, CommandSchemas commands, ArgumentExamples examples, Verdict verdict)
    {
        var arguments = commands.Arguments(command);
        var operation = new JsonObject
        {
            ["operationId"] = command.Name,
            ["summary"] = $"{CommandGroups.Summary(command.Name)}{(verdict.Allowed ? "" : " (denied by the command policy)")}",
            ["description"] = $"{(verdict.Allowed ? "Allowed" : "Not allowed")} by the command policy ({verdict.Rule}).",
            ["tags"] = new JsonArray(CommandGroups.Of(command.Name)),
            ["parameters"] = new JsonArray(Timeout()),
            ["requestBody"] = new JsonObject
            {
                ["required"] = arguments.ContainsKey("required"),
                ["content"] = Json(arguments, examples.Of(arguments)),
            },
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = "The return value", ["content"] = Json(commands.Returns(command)) },
                ["default"] = new JsonObject
                {
                    ["description"] = "The problem, and the outcome of the command",
                    ["content"] = new JsonObject
                    {
                        ["application/problem+json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = Schemas + Problem } },
                    },
                },
            },
            ["x-qmp-gateway-allowed"] = verdict.Allowed,
            ["x-qmp-gateway-rule"] = verdict.Rule,
        };
        if (command.Deprecated)
        {
            operation["deprecated"] = true;
        }

        if (command.Unstable)
        {
            operation["x-qemu-unstable"] = true;
        }

        return operation;
    }

    private static JsonObject Json(JsonObject schema, JsonNode? example = null)
    {
        var media = new JsonObject { ["schema"] = schema };
        if (example is not null)
        {
            media["example"] = example;
        }

        return new JsonObject { ["application/json"] = media };
    }

    private static JsonObject Timeout() => new()
    {
        ["name"] = "timeout",
        ["in"] = "query",
        ["description"] = "The command's timeout in seconds",
        ["schema"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 3600 },
    };

    // The gateway's own OpenAPI document describes it in full.
    private static JsonObject ProblemSchema() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["type"] = "string", ["format"] = "uri" },
            ["title"] = new JsonObject { ["type"] = "string" },
            ["status"] = new JsonObject { ["type"] = "integer" },
            ["detail"] = new JsonObject { ["type"] = "string" },
            ["outcome"] = new JsonObject { ["type"] = "string" },
            ["errors"] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = "Messages by the path of an argument, such as props.size or list[0]",
                ["additionalProperties"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
            },
        },
        ["required"] = new JsonArray("type", "title", "status"),
    };
}
