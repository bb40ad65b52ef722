using Gateway.Access;
using Gateway.Audit;
using Gateway.Json;
using Gateway.Vms;

namespace Gateway.Commands;

/// <summary>The sender of commands: a request of the API or a session of native QMP.</summary>
public abstract class CommandSender
{
    /// <summary>The caller's identity and permissions.</summary>
    internal abstract GrantedAccess Access { get; }

    /// <summary>The trace that the request belongs to.</summary>
    internal abstract string TraceId { get; }

    /// <summary>The audit record of the commands; null for a request that can only read.</summary>
    internal abstract AuditEntry? Audit { get; }

    /// <summary>The runs of the VM that the commands are for; null for any run. It is read when a command is sent, after the permission check.</summary>
    /// <exception cref="InvalidRequestException">The caller's precondition is malformed.</exception>
    internal virtual IReadOnlyCollection<string>? Runs => null;

    /// <summary>The sender in the form that a VM's session uses.</summary>
    internal Caller Caller => field ??= new Caller(Access.Who, TraceId);
}
