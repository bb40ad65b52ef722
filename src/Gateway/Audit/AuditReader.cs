using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using QmpGateway.Contracts;

namespace Gateway.Audit;

/// <summary>Reads the audit log, newest first.</summary>
public sealed class AuditReader(AuditLog log, IOptions<JsonOptions> json)
{
    /// <summary>The newest records that are wanted.</summary>
    public IReadOnlyList<AuditRecord> Read(Func<AuditRecord, bool> wanted, int limit) =>
        [.. log.Files.SelectMany(LinesFromTheEnd.Of).Select(Parse).OfType<AuditRecord>().Where(wanted).Take(limit)];

    // Half a line is what a kill left.
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
