using System.Text.Json;
using QmpGateway.Contracts;

namespace Gateway.Audit;

/// <summary>
/// One attempt to change something, from before anything is checked until its outcome is known. Every record of the audit log is made here.
/// </summary>
internal sealed class AuditEntry(AuditLog log)
{
    private string? command;
    private JsonElement? arguments;

    /// <summary>Whether anything was noted.</summary>
    public bool IsNoted { get; private set; }

    /// <summary>Whether the attempt is recorded in parts, each with an entry of its own. This entry is then not written.</summary>
    public bool IsInParts { get; private set; }

    /// <summary>Leaves the records to the parts of the attempt.</summary>
    public void LeaveToParts() => IsInParts = true;

    /// <summary>Notes what is attempted.</summary>
    /// <param name="attempted">The QMP command; null where it is none.</param>
    /// <param name="given">Its arguments, or the body; null without any.</param>
    public void Note(string? attempted, JsonElement? given) => (command, arguments, IsNoted) = (attempted, given, true);

    /// <summary>Writes the record down, now that the outcome is known.</summary>
    /// <param name="origin">Where the attempt came from.</param>
    /// <param name="vm">The VM that it was about; null for none.</param>
    /// <param name="outcome">What became of it, in the log's words.</param>
    /// <param name="problem">The slug of the problem that was answered; null for none.</param>
    /// <param name="replayed">Whether nothing was done, because a kept answer was given once more.</param>
    public void Write(AuditOrigin origin, string? vm, string outcome, string? problem, bool replayed = false)
    {
        var record = new AuditRecord
        {
            Time = default,
            Who = origin.Who,
            WhoKind = origin.Kind,
            Remote = origin.Remote,
            Vm = vm,
            Command = command,
            Arguments = arguments is { } given ? Secrets.Blanked(given) : null,
            Method = origin.Method,
            Path = origin.Path,
            Outcome = outcome,
            Problem = problem,
            TraceId = origin.TraceId,
            Replayed = replayed,
        };
        if (origin.IsUnauthenticated)
        {
            log.AddUnauthenticated(record);
        }
        else
        {
            log.Add(record);
        }
    }
}
