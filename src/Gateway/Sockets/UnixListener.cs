using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Data;
using Microsoft.Win32.SafeHandles;
using QmpGateway.Qmp;

namespace Gateway.Sockets;

/// <summary>
/// A listening Unix socket. A lock file beside it reserves the path for this process. The system releases the lock however the process ends, so a
/// socket that a killed gateway left behind can be replaced.
/// </summary>
internal sealed partial class UnixListener : IDisposable
{
    private const int Backlog = 512;
    private const int Attempts = 10;
    private const string Served = "another program is listening on it";

    private readonly FileStream held;
    private readonly string path;
    private readonly string identity;
    private int over;

    private UnixListener(string path, FileStream held, Socket socket)
    {
        (this.path, this.held, Socket) = (path, held, socket);
        identity = UnixFile.Look(path)!.Value.Identity;
    }

    /// <summary>The listening socket.</summary>
    public Socket Socket { get; }

    /// <summary>Creates a socket. Nobody can connect to it at any moment without permission by the mode.</summary>
    /// <exception cref="IOException">The socket cannot be created. For example, another program serves it, or the path is another kind of file.</exception>
    /// <exception cref="UnauthorizedAccessException">The gateway may not use the directory or the group.</exception>
    public static UnixListener Bind(string path, SocketAccess access)
    {
        var held = Lock($"{path}.lock");
        try
        {
            RemoveLeftover(path);
            var socket = Bound(path);
            try
            {
                if (access.Group is { } group && Native.ChangeOwner(path, Native.Unchanged, group) != 0)
                {
                    throw new UnauthorizedAccessException($"its group cannot be changed to {group} (Gateway:Sockets:Group): {Marshal.GetLastPInvokeErrorMessage()}");
                }

                File.SetUnixFileMode(path, access.Mode);
                socket.Listen(Backlog);
                return new UnixListener(path, held, socket);
            }
            catch
            {
                socket.Dispose();
                File.Delete(path);
                throw;
            }
        }
        catch
        {
            Unlock(held);
            throw;
        }
    }

    /// <summary>Closes the socket and deletes its file. Can be called more than once.</summary>
    public void Dispose()
    {
        Socket.Dispose();
        if (Interlocked.Exchange(ref over, 1) != 0)
        {
            return;
        }

        // Does not delete a file that has replaced the socket.
        if (UnixFile.LookAtLink(path)?.Identity == identity)
        {
            File.Delete(path);
        }

        Unlock(held);
    }

    private static FileStream Lock(string path)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var held = DataDirectory.Open(path, FileMode.OpenOrCreate, FileShare.None);
            // The previous holder may have deleted the file after it was opened here. The lock would then be on a file that nobody else can find.
            if (UnixFile.Look($"/proc/self/fd/{held.SafeFileHandle.DangerousGetHandle()}")?.Birth == UnixFile.LookAtLink(path)?.Birth)
            {
                return held;
            }

            held.Dispose();
        }

        throw new IOException($"{path} is a symbolic link, or other programs keep locking it");
    }

    private static void Unlock(FileStream held)
    {
        // Deleted while the lock is held. Later, the file may belong to another process.
        File.Delete(held.Name);
        held.Dispose();
    }

    /// <summary>Checks that a socket could be created, without creating it.</summary>
    /// <exception cref="IOException">The socket could not be created.</exception>
    public static void Probe(string path, bool mayBeServed)
    {
        LibC.ThrowUnlessWritable(Path.GetDirectoryName(path)!, isDirectory: true);
        if (StateOf(path) == Found.Served && !mayBeServed)
        {
            throw new IOException(Served);
        }
    }

    private static void RemoveLeftover(string path)
    {
        switch (StateOf(path))
        {
            case Found.Served:
                throw new IOException(Served);
            case Found.LeftBehind:
                File.Delete(path);
                break;
            default:
                break;
        }
    }

    private static Found StateOf(string path)
    {
        if (UnixFile.LookAtLink(path) is not { } file)
        {
            return Found.Nothing;
        }

        if (!file.IsSocket)
        {
            throw new IOException("the path exists and is not a socket");
        }

        // Not blocking, because the queue of a stopped program can stay full forever.
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException nobody) when (nobody.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return Found.LeftBehind;
        }
        catch (SocketException)
        {
            // A program serves the socket, but its queue is full or it denies the connection.
        }

        return Found.Served;
    }

    /// <summary>Binds with libc, because .NET would delete the file on dispose, even if it belongs to another process by then.</summary>
    internal static Socket Bound(string path)
    {
        var handle = Native.NewSocket(Native.Unix, Native.Stream, 0);
        using (var file = new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false))
        {
            // bind(2) creates the file with the mode of the socket itself minus the umask, so the file is never open to others.
            File.SetUnixFileMode(file, SocketAccess.OwnerOnly);
        }

        var address = new UnixDomainSocketEndPoint(path).Serialize();
        if (Native.Bind(handle, address.Buffer.Span, address.Size) != 0)
        {
            handle.Dispose();
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }

        return new Socket(handle);
    }

    private enum Found
    {
        Nothing,
        LeftBehind,
        Served,
    }

    private static partial class Native
    {
        public const int Unix = 1; // AF_UNIX
        public const int Stream = 1 | 0x80000; // SOCK_STREAM | SOCK_CLOEXEC
        public const uint Unchanged = uint.MaxValue;

        [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial SafeSocketHandle NewSocket(int family, int type, int protocol);

        [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial int Bind(SafeSocketHandle socket, ReadOnlySpan<byte> address, int size);

        [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial int ChangeOwner(string path, uint owner, uint group);
    }
}
