using System.Net.Sockets;

namespace QmpGateway.Qmp.Connection;

/// <summary>Describes why a connection to QEMU failed. The messages of the runtime are about transport connections and requested addresses.</summary>
internal static class FailureWords
{
    /// <summary>Describes why no connection could be made.</summary>
    public static string OfDial(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.AccessDenied => "permission denied",
        SocketError.ConnectionReset => "connection reset",
        SocketError.HostUnreachable => "host unreachable",
        SocketError.HostDown => "host down",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "network unreachable",
        SocketError.TimedOut => "no answer from the host",
        SocketError.HostNotFound or SocketError.NoData => "unknown host name",
        SocketError.TryAgain or SocketError.NoRecovery => "the host name cannot be resolved at present",
        SocketError.WouldBlock => "too many clients are waiting: another client holds the monitor, or QEMU is stopped",
        SocketError.TooManyOpenSockets => "no file descriptors left",
        _ => failure.Message,
    };

    /// <summary>Describes what ended a connection.</summary>
    public static string OfEnd(Exception failure) => (failure as SocketException ?? failure.InnerException as SocketException)?.SocketErrorCode switch
    {
        SocketError.ConnectionReset or SocketError.ConnectionAborted => "connection reset by QEMU",
        SocketError.Shutdown or SocketError.NotConnected or SocketError.OperationAborted => "QEMU closed the connection",
        SocketError.TimedOut => "QEMU's host does not respond",
        SocketError.HostUnreachable or SocketError.HostDown => "QEMU's host became unreachable",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "the network became unreachable",
        null when failure is ObjectDisposedException => "QEMU closed the connection",
        _ => failure.Message,
    };
}
