using System.Text.Json;
using Gateway.Audit;

namespace Gateway.Requests.Audit;

/// <summary>The audit log's record of a request.</summary>
internal static class AuditNotes
{
    /// <summary>The record of a request that can change something; null for one that only reads.</summary>
    public static AuditEntry? AuditEntry(this HttpContext context) => context.Items[typeof(AuditEntry)] as AuditEntry;

    /// <summary>Notes what a request does.</summary>
    public static void Audit(this HttpContext context, string? command, JsonElement? arguments) => context.AuditEntry()?.Note(command, arguments);
}
