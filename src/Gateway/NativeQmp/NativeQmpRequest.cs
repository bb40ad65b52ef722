using System.Text.Json;
using System.Text.Unicode;
using Gateway.Commands;
using Gateway.Json;
using QmpGateway.Qmp;

namespace Gateway.NativeQmp;

/// <summary>A request of a client, or the error in it, worded like QEMU (qapi/qmp-dispatch.c).</summary>
internal sealed record NativeQmpRequest
{
    /// <summary>QEMU's error for JSON values other than objects.</summary>
    public const string NoObject = "QMP input must be a JSON object";

    /// <summary>The id that the client gave the request, of any JSON type; null if it gave none.</summary>
    public JsonText? Id { get; private init; }

    /// <summary>The command.</summary>
    public string Command { get; private init; } = "";

    /// <summary>The arguments; null if there are none.</summary>
    public JsonElement? Arguments { get; private init; }

    /// <summary>The arguments as the client wrote them.</summary>
    public JsonText? ArgumentsText { get; private init; }

    /// <summary>Whether the command is to be executed out of band.</summary>
    public bool OutOfBand { get; private init; }

    /// <summary>The error in the request; null if it is valid.</summary>
    public string? Fault { get; private init; }

    /// <summary>Parses a message.</summary>
    /// <param name="input">The message.</param>
    /// <param name="outOfBand">Whether the client may send <c>exec-oob</c>.</param>
    public static NativeQmpRequest Read(NativeQmpInput input, bool outOfBand)
    {
        if (input.Fault is not null)
        {
            return new NativeQmpRequest { Fault = input.Fault };
        }

        if (!Utf8.IsValid(input.Json.Span))
        {
            return new NativeQmpRequest { Fault = "JSON parse error, invalid UTF-8 sequence in string" };
        }

        try
        {
            return JsonReading.HasTooMuch(input.Json.Span)
                ? new NativeQmpRequest { Fault = "JSON token count limit exceeded" }
                : Read(JsonReading.Parse(input.Json, JsonReading.Strict).RootElement, input.Json, outOfBand);
        }
        catch (JsonException malformed)
        {
            return new NativeQmpRequest { Fault = $"JSON parse error, {malformed.Message}" };
        }
    }

    private static NativeQmpRequest Read(JsonElement json, ReadOnlyMemory<byte> text, bool outOfBand)
    {
        JsonText? id = json.TryGetProperty("id", out var given) ? JsonText.From(given) : null;
        string? command = null, execute = null;
        JsonElement? arguments = null;
        foreach (var member in json.EnumerateObject())
        {
            var name = JsonReading.NameOf(member);
            switch (name)
            {
                case "execute" or "exec-oob" when name == "execute" || outOfBand:
                    if (member.Value.ValueKind != JsonValueKind.String)
                    {
                        return Wrong($"QMP input member '{name}' must be a string");
                    }

                    if (execute is not null)
                    {
                        return Wrong("QMP input member 'execute' clashes with 'exec-oob'");
                    }

                    (execute, command) = (name, JsonReading.TextOf(member.Value));
                    break;
                case "arguments" when member.Value.ValueKind != JsonValueKind.Object:
                    return Wrong("QMP input member 'arguments' must be an object");
                case "arguments":
                    arguments = member.Value;
                    break;
                case "id":
                    break;
                default:
                    return Wrong($"QMP input member '{name}' is unexpected");
            }
        }

        return command is null
            ? Wrong("QMP input lacks member 'execute'")
            : command.Length > CommandName.MaxLength
                ? Wrong($"The command {Echo.Of(command)} has not been found")
                : new NativeQmpRequest
                {
                    Id = id,
                    Command = command,
                    Arguments = arguments,
                    ArgumentsText = arguments is { } some ? JsonReading.TextOf(some, text) : null,
                    OutOfBand = execute == "exec-oob",
                };

        NativeQmpRequest Wrong(string fault) => new() { Id = id, Fault = fault };
    }
}
