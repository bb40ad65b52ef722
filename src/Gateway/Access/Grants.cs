using Gateway.Journal;
using QmpGateway.Qmp;

namespace Gateway.Access;

/// <summary>One role on the VMs whose ids fit any of the patterns; an administrator's may be limited to some endpoints.</summary>
internal sealed record Grant(Role Role, IReadOnlyList<VmPattern> Vms, IReadOnlyList<EndpointPattern> Endpoints)
{
    public bool Covers(string vm) => Vms.Any(pattern => pattern.Matches(vm));

    /// <summary>Whether VMs may be registered there. A grant for some VMs takes none but the endpoints that it names: others may lead to other VMs.</summary>
    public bool Takes(QmpEndpoint endpoint) => Endpoints.Count == 0 ? Vms.Contains(VmPattern.Any) : Endpoints.Any(pattern => pattern.Matches(endpoint));
}

/// <summary>All that a caller may do.</summary>
internal sealed class Grants(IEnumerable<Grant> grants)
{
    private readonly IReadOnlyList<Grant> grants = [.. grants];

    /// <summary>Everything.</summary>
    public static Grants Everything { get; } = new([new Grant(Role.Admin, [VmPattern.Any], [])]);

    /// <summary>Each of them.</summary>
    public IReadOnlyList<Grant> All => grants;

    /// <summary>Patterns of the VMs that can be seen.</summary>
    public IReadOnlyList<VmPattern> Visible => [.. grants.SelectMany(static grant => grant.Vms)];

    /// <summary>Whether a VM of this id is there for the caller.</summary>
    public bool Sees(string vm) => grants.Any(grant => grant.Covers(vm));

    /// <summary>Whether the caller has the role on a VM of this id.</summary>
    public bool Allow(Role role, string vm) => grants.Any(grant => grant.Role >= role && grant.Covers(vm));

    /// <summary>Whether the caller may register a VM of this id at an endpoint.</summary>
    public bool AllowEndpoint(string vm, QmpEndpoint endpoint) => grants.Any(grant => grant.Role >= Role.Admin && grant.Covers(vm) && grant.Takes(endpoint));

    /// <summary>Whether the caller has the role on all VMs, those to come included.</summary>
    public bool AllowEverywhere(Role role) => grants.Any(grant => grant.Role >= role && grant.Vms.Contains(VmPattern.Any));

    /// <summary>Whether the caller has the role on any VM, there now or not.</summary>
    public bool AllowSomewhere(Role role) => grants.Any(grant => grant.Role >= role);

    /// <summary>Reads grants that were checked.</summary>
    public static Grant Read(string role, IReadOnlyList<string> vms, IReadOnlyList<string> endpoints) => new(
        Enum.Parse<Role>(role, ignoreCase: true),
        vms.Count == 0 ? [VmPattern.Any] : [.. vms.Select(static vm => new VmPattern(vm))],
        [.. endpoints.Select(static endpoint => EndpointPattern.TryParse(endpoint)!)]);
}
