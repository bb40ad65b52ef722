using System.Collections.Frozen;
using QmpGateway.Qmp;

namespace Gateway.Vms;

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
