using System.Text.Json;
using Gateway.Audit;

namespace Gateway.Requests.Audit;

/// <summary>The audit log's record of a request.</summary>
internal static class AuditNotes
{
    /// <summary>Returns the record of a request that can change something; null if the request only reads.</summary>
    public static AuditEntry? AuditEntry(this HttpContext context) => context.Items[typeof(AuditEntry)] as AuditEntry;

    /// <summary>Records the command of a request.</summary>
    public static void Audit(this HttpContext context, string? command, JsonElement? arguments) => context.AuditEntry()?.Note(command, arguments);
}
