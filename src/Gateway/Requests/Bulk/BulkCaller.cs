using Gateway.Access;
using Gateway.Audit;
using Gateway.Commands;
using Gateway.Requests.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Limits;
using Gateway.Requests.Problems;

namespace Gateway.Requests.Bulk;

/// <summary>
/// The caller of a request for many VMs. It is read from the request once, because commands for several VMs are in progress at the same time, and a request may
/// only be used by one thread at a time.
/// </summary>
/// <param name="Access">What the caller may do.</param>
/// <param name="Origin">The origin of all audit records.</param>
/// <param name="LimitedAs">The caller, for the limits per caller.</param>
/// <param name="Place">The request, for problems.</param>
internal sealed record BulkCaller(GrantedAccess Access, AuditOrigin Origin, string? LimitedAs, ProblemPlace Place)
{
    /// <summary>Returns the caller of a request, whose route must say that it sends commands.</summary>
    public static BulkCaller Of(HttpContext context)
    {
        var place = ProblemPlace.Of(context);
        return new BulkCaller(context.Sender().Access, context.AuditOrigin() with { TraceId = place.TraceId }, context.User.LimitedAs(), place);
    }

    /// <summary>Whether the caller's key was removed or its token has expired.</summary>
    public bool IsOver(DateTimeOffset now) => Access.Revoked.IsCancellationRequested || Access.Expires <= now;

    /// <summary>Returns the sender of the command for one VM.</summary>
    public CommandSender SenderOf(AuditEntry entry) => new Sender(this, entry);

    // Preconditions on the run do not apply: they name the run of one VM.
    private sealed class Sender(BulkCaller caller, AuditEntry entry) : CommandSender
    {
        internal override GrantedAccess Access => caller.Access;

        internal override string TraceId => caller.Place.TraceId;

        internal override AuditEntry Audit => entry;
    }
}
