using Gateway.Journal;
using QmpGateway.Qmp;

namespace Gateway.Access;

/// <summary>Everything that a caller may do.</summary>
internal sealed class Grants(IEnumerable<Grant> grants)
{
    private readonly Grant[] grants = [.. grants];

    /// <summary>The grants of an administrator of all VMs.</summary>
    public static Grants Everything { get; } = new([new Grant(Role.Admin, [VmPattern.Any], [])]);

    /// <summary>All grants.</summary>
    public IReadOnlyList<Grant> All => grants;

    /// <summary>The patterns of the VMs that the caller may see.</summary>
    public IReadOnlyList<VmPattern> Visible => [.. grants.SelectMany(static grant => grant.Vms)];

    /// <summary>Whether the caller may see a VM with this id.</summary>
    public bool Sees(string vm) => grants.Any(grant => grant.Covers(vm));

    /// <summary>Whether the caller has the role on a VM with this id.</summary>
    public bool Allow(Role role, string vm)
    {
        // It is called for every request, so it allocates nothing.
        foreach (var grant in grants)
        {
            if (grant.Role >= role && grant.Covers(vm))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the caller may register a VM with this id at an endpoint.</summary>
    public bool AllowEndpoint(string vm, QmpEndpoint endpoint) => grants.Any(grant => grant.Role >= Role.Admin && grant.Covers(vm) && grant.Takes(endpoint));

    /// <summary>Whether the caller has the role on all VMs, including future ones.</summary>
    public bool AllowEverywhere(Role role) => grants.Any(grant => grant.Role >= role && grant.Vms.Contains(VmPattern.Any));

    /// <summary>Whether the caller has the role on any VM, whether that VM exists or not.</summary>
    public bool AllowSomewhere(Role role) => grants.Any(grant => grant.Role >= role);

    /// <summary>Reads a grant from valid options.</summary>
    public static Grant Read(string role, IReadOnlyList<string> vms, IReadOnlyList<string> endpoints) => new(
        Enum.Parse<Role>(role, ignoreCase: true),
        vms.Count == 0 ? [VmPattern.Any] : [.. vms.Select(static vm => new VmPattern(vm))],
        [.. endpoints.Select(static endpoint => EndpointPattern.TryParse(endpoint)!)]);
}
