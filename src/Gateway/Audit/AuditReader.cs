using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using QmpGateway.Contracts;

namespace Gateway.Audit;

/// <summary>Reads the audit log, newest first.</summary>
public sealed class AuditReader(AuditLog log, IOptions<JsonOptions> json)
{
    /// <summary>Returns the newest records that match, up to a limit.</summary>
    public IReadOnlyList<AuditRecord> Read(Func<AuditRecord, bool> wanted, int limit) =>
        [.. log.Files.SelectMany(LinesFromTheEnd.Of).Select(Parse).OfType<AuditRecord>().Where(wanted).Take(limit)];

    // A line is incomplete if the gateway was killed while it wrote it.
    private AuditRecord? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditRecord>(line.Span, json.Value.JsonSerializerOptions);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
