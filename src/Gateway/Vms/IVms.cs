using System.Diagnostics.CodeAnalysis;
using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>The VMs that the gateway knows.</summary>
public interface IVms
{
    /// <summary>All VMs, sorted by id.</summary>
    IReadOnlyList<IVm> All { get; }

    /// <summary>Looks up a VM.</summary>
    bool TryGet(string id, [NotNullWhen(true)] out IVm? vm);

    /// <summary>Registers a VM, or changes it. When this returns, the registration is on disk and survives a restart.</summary>
    /// <param name="definition">The VM.</param>
    /// <param name="who">The caller's name.</param>
    /// <param name="mayUse">Returns whether the caller may register a VM at that endpoint. Not called if the VM already has that endpoint.</param>
    /// <param name="onlyCreates">Whether to fail if the VM already exists.</param>
    /// <returns>The VM, and whether it is new.</returns>
    /// <exception cref="VmOwnedException">The configuration or discovery owns the id.</exception>
    /// <exception cref="VmExistsException">The VM already exists, and <paramref name="onlyCreates"/> is true.</exception>
    /// <exception cref="EndpointNotGrantedException">The caller may not register a VM at that endpoint.</exception>
    /// <exception cref="EndpointInUseException">The endpoint is the monitor of another VM, or a socket of the gateway.</exception>
    Task<(IVm Vm, bool Created)> PutAsync(VmDefinition definition, string who, Func<QmpEndpoint, bool> mayUse, bool onlyCreates = false);

    /// <summary>Removes a VM that was registered by the API. QEMU itself is not affected.</summary>
    /// <param name="id">The VM.</param>
    /// <param name="who">The caller's name.</param>
    /// <exception cref="VmNotFoundException">There is no such VM.</exception>
    /// <exception cref="VmOwnedException">The configuration or discovery owns the VM.</exception>
    Task RemoveAsync(string id, string who);
}
