using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace QmpGateway.Qmp.Connection;

/// <summary>Names the process behind a Unix socket.</summary>
internal static class UnixPeer
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED
    private const int StartTimeField = 22; // of /proc/PID/stat, see proc(5)

    /// <summary>
    /// The process that called listen(2), by id and start time (ids are used again), and the socket file's own birth: a
    /// process binds its monitor once, so another file is another run, also where the process cannot be seen (a container).
    /// </summary>
    /// <param name="socket">Connected to it.</param>
    /// <param name="path">Where it was found. (The socket itself only knows its name in the other process's file system.)</param>
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
            // The second field, the program's name, may hold anything but ends at the last parenthesis.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[StartTimeField - 3];
        }
        catch (Exception unseen) when (unseen is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
