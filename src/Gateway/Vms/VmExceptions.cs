using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>There is no such VM.</summary>
public sealed class VmNotFoundException(string? id)
    : Exception(id is null ? "this gateway knows no VM yet; PUT /vms/{vm} makes one known" : $"there is no VM '{(id.Length <= 200 ? id : $"{id.AsSpan(0, 199)}…")}'; GET /vms lists them")
{
    /// <summary>The requested id; null if the request named no VM.</summary>
    public string? Vm => id;
}

/// <summary>The request names no VM, and there is more than one.</summary>
public sealed class VmAmbiguousException(IReadOnlyList<string> ids)
    : Exception($"name one of the VMs {string.Join(", ", ids)} in the path, or set Gateway:DefaultVm")
{
    /// <summary>The ids of the existing VMs.</summary>
    public IReadOnlyList<string> Vms => ids;
}

/// <summary>The VM is owned by the configuration or by discovery, so the API cannot change it.</summary>
public sealed class VmOwnedException(string id, VmSource owner)
    : Exception(owner == VmSource.Configuration
        ? $"'{id}' comes from the configuration (Gateway:Vms); change it there"
        : $"'{id}' was discovered as a socket; it goes when its socket goes")
{
    /// <summary>The VM.</summary>
    public string Vm => id;
}

/// <summary>The VM already exists, and the request was only to create it.</summary>
public sealed class VmExistsException(string id) : Exception($"there is a VM '{id}' already; nothing was changed")
{
    /// <summary>The VM.</summary>
    public string Vm => id;
}

/// <summary>The caller may not register a VM at that endpoint.</summary>
public sealed class EndpointNotGrantedException(string id, QmpEndpoint endpoint)
    : Exception($"no grant of yours names {endpoint} for '{id}'; a path must match Endpoints of the grant as it is written, and after its links are resolved")
{
    /// <summary>The VM that was to get the endpoint.</summary>
    public string Vm => id;
}

/// <summary>The endpoint is the monitor of another VM, or a socket of the gateway.</summary>
public sealed class EndpointInUseException(string id, QmpEndpoint endpoint)
    : Exception($"{endpoint} leads to the monitor of another VM, or to a socket of the gateway itself; '{id}' needs a monitor of its own")
{
    /// <summary>The VM that was to get the endpoint.</summary>
    public string Vm => id;
}

/// <summary>The VM is not connected. Nothing was sent.</summary>
public sealed class VmUnreachableException(string id, ConnectionSnapshot connection, string command)
    : Exception($"'{id}' is not connected ({connection.State.Name()}{(connection.Reason is null ? "" : $": {connection.Reason}")}); nothing was sent")
{
    /// <summary>The VM.</summary>
    public string Vm => id;

    /// <summary>The command that was to be sent.</summary>
    public string Command => command;
}

/// <summary>The VM has been restarted since the run that the request names. Nothing was sent.</summary>
public sealed class RunChangedException(string id, string? run, string? command)
    : Exception(run is null
        ? $"'{id}' was never connected, so it is no run that If-Match could name; nothing was sent"
        : $"'{id}' is now run \"{run}\"; nothing was sent. Look at it again before repeating this")
{
    /// <summary>The VM.</summary>
    public string Vm => id;

    /// <summary>The command that was to be sent; null if the request was to change something in the gateway only.</summary>
    public string? Command => command;
}

/// <summary>QEMU does not support out-of-band execution. Nothing was sent.</summary>
public sealed class OutOfBandNotOfferedException(string id, string command)
    : Exception($"the QEMU of '{id}' offers no out-of-band execution; send \"execute\" instead")
{
    /// <summary>The VM.</summary>
    public string Vm => id;

    /// <summary>The command.</summary>
    public string Command => command;
}
