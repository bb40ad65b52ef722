using System.Text.Json;
using Gateway.Json;

namespace Gateway.Requests.Audit;

/// <summary>What a request does, for the audit log.</summary>
/// <param name="Command">The QMP command; null if there is none, or if it was not read.</param>
/// <param name="Arguments">The arguments or the body; null without any.</param>
internal sealed record AuditedCommand(string? Command, JsonElement? Arguments)
{
    // What nobody was allowed to send is read as far as this.
    private const int MaxUnread = 64 * 1024;

    /// <summary>What the route says, or what its body said once it was read.</summary>
    public static async Task<AuditedCommand> OfAsync(HttpContext context) =>
        context.Items[typeof(AuditedCommand)] as AuditedCommand
        ?? (context.GetEndpoint()?.Metadata.GetMetadata<SendsAttribute>() is not { } sends ? new AuditedCommand(null, null)
            : sends.Command is { } command ? new AuditedCommand(command, null)
            : await UnreadAsync(context));

    // A caller who is known, and may not: what was tried stays in the body, since nothing read it.
    private static async Task<AuditedCommand> UnreadAsync(HttpContext context)
    {
        var request = context.Request;
        if (context.User.Identity?.IsAuthenticated != true || request.ContentLength is null or > MaxUnread || request.Headers.Expect.Count > 0)
        {
            return new AuditedCommand(null, null);
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, JsonReading.Strict, context.RequestAborted);
            if (context.GetRouteValue("command") is string named)
            {
                return new AuditedCommand(named, body.RootElement.Clone());
            }

            return new AuditedCommand(
                (Member("execute") ?? Member("exec-oob")) is { } command ? JsonReading.TextOfAny(command) : null,
                Member("arguments")?.Clone());

            JsonElement? Member(string name) =>
                body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty(name, out var member) ? member : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // The last: a name with half a surrogate pair, which is no text.
            return new AuditedCommand(null, null);
        }
    }
}

/// <summary>The QMP command that an action sends; null where its body names it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SendsAttribute(string? command) : Attribute
{
    public string? Command => command;
}

/// <summary>Notes what a request does.</summary>
internal static class AuditNotes
{
    public static void Audit(this HttpContext context, string? command, JsonElement? arguments) =>
        context.Items[typeof(AuditedCommand)] = new AuditedCommand(command, arguments);
}
