using Gateway.Journal;
using QmpGateway.Qmp;

namespace Gateway.Access;

/// <summary>A role on the VMs whose ids match any of the patterns. The grant of an administrator may be limited to some endpoints.</summary>
internal sealed record Grant(Role Role, IReadOnlyList<VmPattern> Vms, IReadOnlyList<EndpointPattern> Endpoints)
{
    public bool Covers(string vm) => Vms.Any(pattern => pattern.Matches(vm));

    /// <summary>
    /// Whether VMs may be registered at an endpoint. A grant for some VMs allows only the endpoints in its list, because other endpoints may belong to
    /// other VMs.
    /// </summary>
    public bool Takes(QmpEndpoint endpoint) => Endpoints.Count == 0 ? Vms.Contains(VmPattern.Any) : Endpoints.Any(pattern => pattern.Matches(endpoint));
}
