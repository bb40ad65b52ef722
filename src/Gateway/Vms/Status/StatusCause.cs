using System.Text.Json;
using Gateway.Journal;
using QmpGateway.Qmp;

namespace Gateway.Vms.Status;

/// <summary>What led to a status: an event, or a command.</summary>
/// <param name="name">Its name.</param>
/// <param name="entry">The event's entry in the journal; null for a command.</param>
/// <param name="who">Who sent the command; null for an event.</param>
public sealed class StatusCause(string name, long? entry, string? who)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Whether it is a command.</summary>
    public bool IsCommand => who is not null;

    /// <summary><c>{"command","who"}</c> or <c>{"event","id"}</c>.</summary>
    /// <param name="head">
    /// The newest entry on disk. A newer one is not named: a crash before it is written would leave its id to another event.
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

    /// <summary>Reads what <see cref="ToJson"/> wrote; null for null, and for an event without an id.</summary>
    public static StatusCause? From(JsonElement cause) =>
        cause.ValueKind != JsonValueKind.Object ? null
        : cause.TryGetProperty("command", out var command) ? new StatusCause(command.GetString()!, entry: null, cause.GetProperty("who").GetString())
        : cause.TryGetProperty("id", out var id) ? new StatusCause(cause.GetProperty("event").GetString()!, Cursors.Read(id.GetString()!), who: null)
        : null;
}
