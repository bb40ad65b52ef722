using Gateway.Data;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using QmpGateway.Contracts;

namespace Gateway.Audit;

/// <summary>
/// The audit log: <c>audit.jsonl</c> in the data directory. Requests without a valid credential are recorded separately in <c>unauthenticated.jsonl</c>, with
/// a separate size limit. Anybody can send any number of such requests, and their records must not displace those of authenticated callers.
/// </summary>
public sealed class AuditLog(DataDirectory directory, AuditOptions options, IOptions<JsonOptions> json, TimeProvider time, ILogger<AuditLog> logger) : IDisposable
{
    private const int UnauthenticatedFiles = 2;

    private readonly AuditFile authenticated = new(
        Path.Combine(directory.Path, "audit"), options.Files, options.FileBytes, maxWaiting: 10_000, json.Value.JsonSerializerOptions, time, logger);

    private readonly AuditFile unauthenticated = new(
        Path.Combine(directory.Path, "unauthenticated"), UnauthenticatedFiles, options.FileBytes, maxWaiting: 1000, json.Value.JsonSerializerOptions, time, logger);

    /// <summary>Why the log cannot be written, and what to do about it. Null if it can be written.</summary>
    public string? Trouble => authenticated.Trouble ?? unauthenticated.Trouble;

    /// <summary>The files with the records of authenticated callers, newest first.</summary>
    public IEnumerable<string> Files => authenticated.Files;

    /// <summary>Records a request of an authenticated caller, or of any caller if no authentication is configured. The log sets the time.</summary>
    public void Add(AuditRecord record) => authenticated.Add(Cut(record));

    /// <summary>Records a request without a valid credential. The log sets the time.</summary>
    public void AddUnauthenticated(AuditRecord record) => unauthenticated.Add(Cut(record));

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        authenticated.Dispose();
        unauthenticated.Dispose();
    }

    // Callers choose these texts, so their length is limited.
    private static AuditRecord Cut(AuditRecord record) => record with
    {
        Who = Secrets.Cut(record.Who),
        Vm = record.Vm is { } vm ? Secrets.Cut(vm) : null,
        Command = record.Command is { } command ? Secrets.Cut(command) : null,
        Path = Secrets.Cut(record.Path),
    };
}
