using Gateway.Access;
using Gateway.Audit;
using Gateway.Json;
using Gateway.Vms;

namespace Gateway.Commands;

/// <summary>Who sends commands, by whatever way they come: a request of the API, a session of native QMP.</summary>
public abstract class CommandSender
{
    /// <summary>Who the caller is, and what it may do.</summary>
    internal abstract GrantedAccess Access { get; }

    /// <summary>The trace that the request belongs to.</summary>
    internal abstract string TraceId { get; }

    /// <summary>The record of what is sent; null for a request that can only read.</summary>
    internal abstract AuditEntry? Audit { get; }

    /// <summary>The runs of the VM that the commands are for; null for any. It is read when a command is sent, so a caller who may not send it is told that first.</summary>
    /// <exception cref="InvalidRequestException">The caller's precondition is malformed.</exception>
    internal virtual IReadOnlyCollection<string>? Runs => null;

    /// <summary>The same, as a VM's session knows it.</summary>
    internal Caller Caller => field ??= new Caller(Access.Who, TraceId);
}
