using Gateway.Vms;

namespace Gateway.Access;

/// <summary>Finds VMs for a caller. A VM that the caller may not see is treated as unknown.</summary>
internal static class SeenVms
{
    /// <summary>Returns all VMs that the caller may see, sorted by id.</summary>
    public static IReadOnlyList<IVm> SeenWith(this IVms vms, Grants grants) => [.. vms.All.Where(vm => grants.Sees(vm.Id))];

    /// <summary>Returns the VM with an id.</summary>
    /// <exception cref="VmNotFoundException">The VM does not exist, or the caller may not see it.</exception>
    public static IVm Get(this IVms vms, string id, Grants grants) => grants.Sees(id) ? vms.Get(id) : throw new VmNotFoundException(id);
}
