using System.Text.Json;
using Gateway.Access;
using Gateway.Audit;
using Gateway.Requests.Problems;

namespace Gateway.Requests.Audit;

/// <summary>The audit log's record of a request.</summary>
internal static class AuditNotes
{
    /// <summary>Returns the record of a request that can change something; null if the request only reads.</summary>
    public static AuditEntry? AuditEntry(this HttpContext context) => context.Items[typeof(AuditEntry)] as AuditEntry;

    /// <summary>Returns the origin of a request.</summary>
    public static AuditOrigin AuditOrigin(this HttpContext context) => new(
        context.User.Access().Kind,
        context.User.Access().Who,
        context.Connection.RemoteIpAddress?.ToString(),
        context.Request.Method,
        context.Request.Path,
        context.TraceId())
    {
        IsUnauthenticated = context.User.Identity?.IsAuthenticated != true,
    };

    /// <summary>Records the command of a request.</summary>
    public static void Audit(this HttpContext context, string? command, JsonElement? arguments) => context.AuditEntry()?.Note(command, arguments);
}
