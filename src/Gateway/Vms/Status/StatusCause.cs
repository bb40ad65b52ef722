using System.Text.Json;
using Gateway.Journal;
using QmpGateway.Qmp;

namespace Gateway.Vms.Status;

/// <summary>The cause of a status: an event or a command.</summary>
/// <param name="name">The name of the event or command.</param>
/// <param name="entry">The id of the event's journal entry; null for a command.</param>
/// <param name="who">Who sent the command; null for an event.</param>
public sealed class StatusCause(string name, long? entry, string? who)
{
    /// <summary>The name of the event or command.</summary>
    public string Name => name;

    /// <summary>Whether the cause is a command.</summary>
    public bool IsCommand => who is not null;

    /// <summary>Returns <c>{"command","who"}</c> or <c>{"event","id"}</c>.</summary>
    /// <param name="head">
    /// The newest entry on disk. The id of a newer entry is omitted, because after a crash another event could get the same id.
    /// </param>
    public JsonText ToJson(long head = long.MaxValue) => GatewayEvents.Json(json =>
    {
        json.WriteString(IsCommand ? "command" : "event", name);
        if (IsCommand)
        {
            json.WriteString("who", who);
        }
        else if (entry <= head)
        {
            json.WriteString("id", Cursors.Write(entry.Value));
        }
    });

    /// <summary>Parses the output of <see cref="ToJson"/>. Returns null for null, and for an event without an id.</summary>
    public static StatusCause? From(JsonElement cause) =>
        cause.ValueKind != JsonValueKind.Object ? null
        : cause.TryGetProperty("command", out var command) ? new StatusCause(command.GetString()!, entry: null, cause.GetProperty("who").GetString())
        : cause.TryGetProperty("id", out var id) ? new StatusCause(cause.GetProperty("event").GetString()!, Cursors.Read(id.GetString()!), who: null)
        : null;
}
