using System.Text.Json;
using Gateway.Audit;
using Gateway.Json;

namespace Gateway.Requests.Audit;

/// <summary>The command of a request that was refused before it was noted.</summary>
internal static class UnreadCommand
{
    // What nobody was allowed to send is read as far as this.
    private const int MaxUnread = 64 * 1024;

    /// <summary>Notes the route's command, or the one in the body.</summary>
    public static async Task NoteAsync(HttpContext context, AuditEntry entry)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<SendsAttribute>() is not { } sends)
        {
            return;
        }

        var (command, arguments) = sends.Command is { } named ? (named, null) : await ReadAsync(context);
        entry.Note(command, arguments);
    }

    // A caller who is known, and may not: what was tried stays in the body, since nothing read it.
    private static async Task<(string? Command, JsonElement? Arguments)> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (context.User.Identity?.IsAuthenticated != true || request.ContentLength is null or > MaxUnread || request.Headers.Expect.Count > 0)
        {
            return default;
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, JsonReading.Strict, context.RequestAborted);
            if (context.GetRouteValue("command") is string named)
            {
                return (named, body.RootElement.Clone());
            }

            return (
                (Member("execute") ?? Member("exec-oob")) is { } command ? JsonReading.TextOfAny(command) : null,
                Member("arguments")?.Clone());

            JsonElement? Member(string name) =>
                body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty(name, out var member) ? member : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // The last: a name with half a surrogate pair, which is no text.
            return default;
        }
    }
}
