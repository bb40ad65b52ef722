using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace QmpGateway.Qmp.Connection;

/// <summary>Identifies the process that listens on a Unix socket.</summary>
internal static class UnixPeer
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED
    private const int StartTimeField = 22; // in /proc/PID/stat, see proc(5)

    /// <summary>
    /// Identifies the process that called listen(2) by its id and its start time, because ids are reused, and by the creation of the socket file. A
    /// process binds its monitor once, so another file means another run, even if the process is not visible because it runs in a container.
    /// </summary>
    /// <param name="socket">The connected socket.</param>
    /// <param name="path">The path of the socket file. (The socket only knows its path in the file system of the other process.)</param>
    public static string Identify(Socket socket, string path)
    {
        Span<byte> credentials = stackalloc byte[12]; // struct ucred: pid, uid, gid
        var pid = socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == credentials.Length
            ? BinaryPrimitives.ReadInt32LittleEndian(credentials)
            : 0;
        var file = UnixFile.Look(path);
        return string.Create(CultureInfo.InvariantCulture, $"{pid}:{StartTime(pid)}:{file?.Identity}");
    }

    private static string? StartTime(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The second field, the program's name, may contain any character. It ends at the last parenthesis.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[StartTimeField - 3];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
