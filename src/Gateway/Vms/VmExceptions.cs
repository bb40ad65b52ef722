using Gateway.Vms.Sessions;
using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>There is no such VM.</summary>
public sealed class VmNotFoundException(string? id)
    : Exception(id is null ? "This gateway has no VMs yet. Register one with PUT /vms/{vm}." : $"There is no VM '{(id.Length <= 200 ? id : $"{id.AsSpan(0, 199)}…")}'. GET /vms lists the VMs.")
{
    /// <summary>The requested id; null if the request named no VM.</summary>
    public string? Vm => id;
}

/// <summary>The request names no VM, and there is more than one.</summary>
public sealed class VmAmbiguousException(IReadOnlyList<string> ids)
    : Exception($"Name one of the VMs {string.Join(", ", ids)} in the path, or set Gateway:DefaultVm.")
{
    /// <summary>The ids of the existing VMs.</summary>
    public IReadOnlyList<string> Vms => ids;
}

/// <summary>The VM is owned by the configuration or by discovery, so the API cannot change it.</summary>
public sealed class VmOwnedException(string id, VmSource owner)
    : Exception(owner == VmSource.Configuration
        ? $"'{id}' is defined in the configuration (Gateway:Vms). Change it there."
        : $"'{id}' was discovered by its socket. It cannot be changed through the API; to remove it, remove the socket.")
{
    /// <summary>The VM.</summary>
    public string Vm => id;
}

/// <summary>The VM already exists, and the request was only to create it.</summary>
public sealed class VmExistsException(string id) : Exception($"The VM '{id}' already exists. Nothing was changed.")
{
    /// <summary>The VM.</summary>
    public string Vm => id;
}

/// <summary>The caller may not register a VM at that endpoint.</summary>
public sealed class EndpointNotGrantedException(string id, QmpEndpoint endpoint)
    : Exception($"Your grants do not allow the endpoint {endpoint} for '{id}'. A path must match the grant's Endpoints as written and after its links are resolved.")
{
    /// <summary>The VM that was to get the endpoint.</summary>
    public string Vm => id;
}

/// <summary>The endpoint is the monitor of another VM, or a socket of the gateway.</summary>
public sealed class EndpointInUseException(string id, QmpEndpoint endpoint)
    : Exception($"{endpoint} leads to the monitor of another VM or to a socket of the gateway. Give '{id}' its own monitor.")
{
    /// <summary>The VM that was to get the endpoint.</summary>
    public string Vm => id;
}

/// <summary>The VM is not connected. Nothing was sent.</summary>
public sealed class VmUnreachableException(string id, ConnectionSnapshot connection, string command)
    : Exception($"The VM '{id}' is not connected ({connection.State.Name()}{(connection.Reason is null ? "" : $": {connection.Reason}")}). Nothing was sent. {ConnectionAdvice.For(connection)}.")
{
    /// <summary>The VM.</summary>
    public string Vm => id;

    /// <summary>The command that was to be sent.</summary>
    public string Command => command;
}

/// <summary>The VM has been restarted since the run that the request names. Nothing was sent.</summary>
public sealed class RunChangedException(string id, string? run, string? command)
    : Exception(run is null
        ? $"The VM '{id}' was never connected, so no run matches If-Match. Nothing was sent."
        : $"The VM '{id}' is now in run \"{run}\". Nothing was sent. Read the VM again before you repeat the request.")
{
    /// <summary>The VM.</summary>
    public string Vm => id;

    /// <summary>The command that was to be sent; null if the request was to change something in the gateway only.</summary>
    public string? Command => command;
}

/// <summary>QEMU does not support out-of-band execution. Nothing was sent.</summary>
public sealed class OutOfBandNotOfferedException(string id, string command)
    : Exception($"The QEMU of '{id}' does not support out-of-band execution. Send \"execute\" instead.")
{
    /// <summary>The VM.</summary>
    public string Vm => id;

    /// <summary>The command.</summary>
    public string Command => command;
}
