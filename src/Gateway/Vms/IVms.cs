using System.Diagnostics.CodeAnalysis;
using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>The VMs that the gateway knows.</summary>
public interface IVms
{
    /// <summary>All of them, sorted by id.</summary>
    IReadOnlyList<IVm> All { get; }

    /// <summary>Looks one up.</summary>
    bool TryGet(string id, [NotNullWhen(true)] out IVm? vm);

    /// <summary>Makes a VM known, or changes it. Kept over a restart once this returns.</summary>
    /// <param name="definition">The VM.</param>
    /// <param name="who">Who asks for it.</param>
    /// <param name="mayUse">Whether the caller may register a VM at that endpoint; not asked for a VM that is at it already.</param>
    /// <param name="onlyCreates">Whether a VM that is known already stays as it is.</param>
    /// <returns>The VM, and whether it is new.</returns>
    /// <exception cref="VmOwnedException">Configuration or discovery owns the id.</exception>
    /// <exception cref="VmExistsException">It is known already, and was only to be created.</exception>
    /// <exception cref="EndpointNotGrantedException">The caller may not.</exception>
    /// <exception cref="EndpointInUseException">The endpoint is another VM's, or the gateway's own.</exception>
    Task<(IVm Vm, bool Created)> PutAsync(VmDefinition definition, string who, Func<QmpEndpoint, bool> mayUse, bool onlyCreates = false);

    /// <summary>Forgets a VM that the API made known; it itself is untouched.</summary>
    /// <param name="id">The VM.</param>
    /// <param name="who">Who asks for it.</param>
    /// <exception cref="VmNotFoundException">There is no such VM.</exception>
    /// <exception cref="VmOwnedException">Configuration or discovery owns it.</exception>
    Task RemoveAsync(string id, string who);
}

/// <summary>Finds a VM or fails.</summary>
public static class VmLookup
{
    /// <summary>The VM of an id.</summary>
    /// <exception cref="VmNotFoundException">There is none.</exception>
    public static IVm Get(this IVms vms, string id) => vms.TryGet(id, out var vm) ? vm : throw new VmNotFoundException(id);
}
