using Gateway.Data;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using QmpGateway.Contracts;

namespace Gateway.Audit;

/// <summary>
/// The audit log: <c>audit.jsonl</c> in the data directory. Requests without a valid credential are in <c>unauthenticated.jsonl</c> beside it, with a
/// bound of their own: anybody can send any number of them, and none of them pushes out what a known caller did.
/// </summary>
public sealed class AuditLog(DataDirectory directory, AuditOptions options, IOptions<JsonOptions> json, TimeProvider time, ILogger<AuditLog> logger) : IDisposable
{
    private const int UnauthenticatedFiles = 2;

    private readonly AuditFile known = new(
        Path.Combine(directory.Path, "audit"), options.Files, options.FileBytes, maxWaiting: 10_000, json.Value.JsonSerializerOptions, time, logger);

    private readonly AuditFile unauthenticated = new(
        Path.Combine(directory.Path, "unauthenticated"), UnauthenticatedFiles, options.FileBytes, maxWaiting: 1000, json.Value.JsonSerializerOptions, time, logger);

    /// <summary>What keeps the log from being written, and what to do; null while nothing does.</summary>
    public string? Trouble => known.Trouble ?? unauthenticated.Trouble;

    /// <summary>The files of known callers, newest first.</summary>
    public IEnumerable<string> Files => known.Files;

    /// <summary>Writes down what a known caller did. The log sets the time.</summary>
    public void Add(AuditRecord record) => known.Add(Cut(record));

    /// <summary>Writes down what somebody without a valid credential tried. The log sets the time.</summary>
    public void AddUnauthenticated(AuditRecord record) => unauthenticated.Add(Cut(record));

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        known.Dispose();
        unauthenticated.Dispose();
    }

    // Callers choose these texts.
    private static AuditRecord Cut(AuditRecord record) => record with
    {
        Who = Secrets.Cut(record.Who),
        Vm = record.Vm is { } vm ? Secrets.Cut(vm) : null,
        Command = record.Command is { } command ? Secrets.Cut(command) : null,
        Path = Secrets.Cut(record.Path),
    };
}
