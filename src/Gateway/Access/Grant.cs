using Gateway.Journal;
using QmpGateway.Qmp;

namespace Gateway.Access;

/// <summary>A role on the VMs whose ids match any of the patterns. The grant of an administrator may be limited to some endpoints.</summary>
internal sealed record Grant(Role Role, IReadOnlyList<VmPattern> Vms, IReadOnlyList<EndpointPattern> Endpoints)
{
    /// <summary>Whether a VM with this id is among them. It is called for every request, so it allocates nothing.</summary>
    public bool Covers(string vm)
    {
        for (var i = 0; i < Vms.Count; i++)
        {
            if (Vms[i].Matches(vm))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether VMs may be registered at an endpoint. A grant for some VMs allows only the endpoints in its list, because other endpoints may belong to
    /// other VMs.
    /// </summary>
    public bool Takes(QmpEndpoint endpoint) => Endpoints.Count == 0 ? Vms.Contains(VmPattern.Any) : Endpoints.Any(pattern => pattern.Matches(endpoint));
}
