namespace Gateway.Vms.Sessions;

/// <summary>What an operator can do about a VM that is not connected.</summary>
internal static class ConnectionAdvice
{
    /// <summary>Why a connection in use is <see cref="ConnectionState.Stuck"/>.</summary>
    public const string Silent = "QEMU does not respond: its main loop does not run. Commands are still sent, and out-of-band commands still work";

    /// <summary>Returns the advice for a connection.</summary>
    public static string For(ConnectionSnapshot connection) => connection.State switch
    {
        ConnectionState.NoSocket when connection.IsDenied => "Give the gateway's user permission to write to the socket, and to enter its directory",
        ConnectionState.NoSocket => "Start QEMU, or correct the endpoint",
        ConnectionState.Busy => "Disconnect the other client of the monitor, or continue QEMU if it is stopped",
        ConnectionState.Stuck => "Find out what QEMU is waiting for, which is often its storage",
        ConnectionState.NotQmp => "Correct the endpoint: it must be a QEMU monitor in mode 'control'",
        _ => "The gateway keeps trying to connect",
    };
}
