using System.Text.Json;
using Gateway.Audit;
using Gateway.Json;
using Gateway.Requests.Binding;
using Gateway.Requests.Operations;

namespace Gateway.Requests.Audit;

/// <summary>Finds the command of a request that was rejected before the command was recorded.</summary>
internal static class UnreadCommand
{
    // The maximum number of bytes that are read from the body of a rejected request.
    private const int MaxUnread = 64 * 1024;

    /// <summary>Records the route's command, or the command in the body.</summary>
    public static async Task NoteAsync(HttpContext context, AuditEntry entry)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<SendsAttribute>() is not { } sends)
        {
            return;
        }

        var (command, arguments) = sends.Command is { } named ? (named, null) : await ReadAsync(context);
        entry.Note(command, arguments);
    }

    // The caller is authenticated but not authorized. The body was not read yet, so the command is still in it.
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

            if (context.ApiRoute() is { IsAboutVm: false })
            {
                return (Member("action") is { } action ? OperationNames.CommandOf(JsonReading.TextOfAny(action)) : null, body.RootElement.Clone());
            }

            return (
                (Member("execute") ?? Member("exec-oob")) is { } command ? JsonReading.TextOfAny(command) : null,
                Member("arguments")?.Clone());

            JsonElement? Member(string name) =>
                body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty(name, out var member) ? member : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // A name with an unpaired surrogate throws an InvalidOperationException.
            return default;
        }
    }
}
