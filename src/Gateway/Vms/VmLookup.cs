namespace Gateway.Vms;

/// <summary>Extension methods of <see cref="IVms"/>.</summary>
public static class VmLookup
{
    /// <summary>Returns the VM with this id.</summary>
    /// <exception cref="VmNotFoundException">There is no such VM.</exception>
    public static IVm Get(this IVms vms, string id) => vms.TryGet(id, out var vm) ? vm : throw new VmNotFoundException(id);
}
