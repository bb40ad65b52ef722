using Gateway.Vms.Registry;
using QmpGateway.Qmp;

namespace Gateway.Vms.Runs;

/// <summary>Which events explain the end of a VM's run, over all connections to it. Not thread-safe.</summary>
/// <param name="endpoint">The endpoint of the VM's monitor.</param>
/// <param name="last">The last known state of the VM; null if there is none.</param>
internal sealed class RunEnds(QmpEndpoint? endpoint, LastKnown? last)
{
    // The events of the newest connection, which may turn out to belong to another run.
    private RunEnd heard = new();

    /// <summary>The events that explain the end of the last connected run.</summary>
    public RunEnd Current { get; private set; } = last?.End ?? new();

    /// <summary>The endpoint at which that run was connected.</summary>
    public string? ConnectedTo { get; private set; } = last?.Endpoint;

    /// <summary>Forgets the events of a connection that was not completed.</summary>
    public void Attempting() => heard = new RunEnd();

    /// <summary>Takes the events of the new connection for those of its run.</summary>
    public void Connected() => (Current, ConnectedTo) = (heard, endpoint?.ToString());

    /// <summary>Adds an event of the newest connection.</summary>
    public void Add(QmpEvent happened, long entry) => heard.Add(happened.Name, happened.Data, entry);

    /// <summary>Returns the end of a VM's run; null if it has no run at this endpoint, or the run has ended already.</summary>
    public VmEnded? EndOf(VmSnapshot vm, DateTimeOffset now) =>
        vm is { Run: not null, Ended: null } && ConnectedTo == endpoint?.ToString() ? Current.At(now) : null;
}
