namespace Gateway.Vms.Sessions;

/// <summary>What an operator can do about a VM that is not connected.</summary>
internal static class ConnectionAdvice
{
    /// <summary>Returns the advice for a state.</summary>
    public static string For(ConnectionState state) => state switch
    {
        ConnectionState.NoSocket => "Start its QEMU, or correct the endpoint",
        ConnectionState.Busy => "End the other client of this monitor, or continue QEMU where it is stopped",
        ConnectionState.Stuck => "Look what QEMU waits for, often its storage; only commands out of band would reach it",
        ConnectionState.NotQmp => "Correct the endpoint: it has to be a monitor in mode 'control'",
        _ => "It is dialled again",
    };
}
