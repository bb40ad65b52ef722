using System.Collections.Frozen;
using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>The state of the connection to a monitor, by what an operator has to do about it.</summary>
public enum ConnectionState
{
    /// <summary>The first attempt is under way.</summary>
    Connecting,

    /// <summary>Greeting and negotiation are done.</summary>
    Connected,

    /// <summary>Nothing there: no such file, connection refused, host unreachable.</summary>
    NoSocket,

    /// <summary>Connected or queued, but no greeting came.</summary>
    Busy,

    /// <summary>Greeted, but negotiation hangs; or a connection in use on which QEMU does not answer.</summary>
    Stuck,

    /// <summary>What answers is not QMP.</summary>
    NotQmp,

    /// <summary>Was connected.</summary>
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

    /// <summary>The state of a name; null where there is none.</summary>
    public static ConnectionState? Parse(string? name) => Names.FirstOrDefault(state => state.Value == name) is { Value: not null } found ? found.Key : null;

    /// <summary>The state's name.</summary>
    public static string Name(this ConnectionState state) => Names[state];

    /// <summary>What a failed attempt says of the monitor.</summary>
    public static ConnectionState Of(QmpConnectFailure failure) => failure switch
    {
        QmpConnectFailure.NothingThere or QmpConnectFailure.NotPermitted => ConnectionState.NoSocket,
        QmpConnectFailure.NoGreeting => ConnectionState.Busy,
        QmpConnectFailure.NoNegotiation => ConnectionState.Stuck,
        QmpConnectFailure.Lost => ConnectionState.Disconnected,
        _ => ConnectionState.NotQmp,
    };
}
