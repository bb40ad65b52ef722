using System.Collections.Frozen;
using QmpGateway.Qmp;

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

/// <summary>The states' names in the contract.</summary>
public static class ConnectionStates
{
    private static readonly FrozenDictionary<ConnectionState, string> Names = new Dictionary<ConnectionState, string>
    {
        [ConnectionState.Connecting] = "connecting",
        [ConnectionState.Connected] = "connected",
        [ConnectionState.NoSocket] = "no-socket",
        [ConnectionState.Busy] = "busy",
        [ConnectionState.Stuck] = "stuck",
        [ConnectionState.NotQmp] = "not-qmp",
        [ConnectionState.Disconnected] = "disconnected",
    }.ToFrozenDictionary();

    /// <summary>All names, in order.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. Enum.GetValues<ConnectionState>().Select(Name)];

    /// <summary>Returns the state with this name; null if the name is unknown.</summary>
    public static ConnectionState? Parse(string? name) => Names.FirstOrDefault(state => state.Value == name) is { Value: not null } found ? found.Key : null;

    /// <summary>The state's name.</summary>
    public static string Name(this ConnectionState state) => Names[state];

    /// <summary>Returns the state that follows from a failed attempt.</summary>
    public static ConnectionState Of(QmpConnectFailure failure) => failure switch
    {
        QmpConnectFailure.NothingThere or QmpConnectFailure.NotPermitted => ConnectionState.NoSocket,
        QmpConnectFailure.NoGreeting => ConnectionState.Busy,
        QmpConnectFailure.NoNegotiation => ConnectionState.Stuck,
        QmpConnectFailure.Lost => ConnectionState.Disconnected,
        _ => ConnectionState.NotQmp,
    };
}
