using Gateway.Vms;

namespace Gateway.Access;

/// <summary>The VMs as a caller sees them: what the caller may not see is not there.</summary>
internal static class SeenVms
{
    /// <summary>All of them, sorted by id.</summary>
    public static IReadOnlyList<IVm> SeenWith(this IVms vms, Grants grants) => [.. vms.All.Where(vm => grants.Sees(vm.Id))];

    /// <summary>The VM of an id.</summary>
    /// <exception cref="VmNotFoundException">There is none, or it cannot be seen.</exception>
    public static IVm Get(this IVms vms, string id, Grants grants) => grants.Sees(id) ? vms.Get(id) : throw new VmNotFoundException(id);
}
