namespace Gateway.Vms;

/// <summary>The state of the connection to a monitor. Each state calls for a different action of the operator.</summary>
public enum ConnectionState
{
    /// <summary>The first attempt is in progress.</summary>
    Connecting,

    /// <summary>The greeting and the capabilities negotiation are complete.</summary>
    Connected,

    /// <summary>Nothing listens at the endpoint: no such file, connection refused, or host unreachable.</summary>
    NoSocket,

    /// <summary>The connection is open or queued, but QEMU has not sent a greeting.</summary>
    Busy,

    /// <summary>QEMU sent a greeting but does not complete the negotiation, or it no longer replies on a connection in use.</summary>
    Stuck,

    /// <summary>The peer does not speak QMP.</summary>
    NotQmp,

    /// <summary>The connection was lost.</summary>
    Disconnected,
}
