using System.Diagnostics;
using Gateway.Access;
using Gateway.Audit;
using Gateway.Commands;

namespace Gateway.NativeQmp;

/// <summary>The sender of one command of native QMP. Each is recorded by itself.</summary>
internal sealed class NativeQmpSender(NativeQmpClient client, AuditEntry audit) : CommandSender
{
    internal override GrantedAccess Access => client.Access;

    internal override string TraceId { get; } = ActivityTraceId.CreateRandom().ToHexString();

    internal override AuditEntry Audit => audit;

    /// <summary>Where the command came from.</summary>
    public AuditOrigin OriginFor(string vm) => new(client.Access.Kind, client.Access.Who, client.Remote, "QMP", $"/vms/{vm}/qmp", TraceId);
}
