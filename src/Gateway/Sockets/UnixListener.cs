using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Data;
using Microsoft.Win32.SafeHandles;
using QmpGateway.Qmp;

namespace Gateway.Sockets;

/// <summary>
/// A listening Unix socket, and its path, which is this process's for as long as it lives. A lock beside it tells two gateways apart, and the
/// system frees it however a process ends: a socket that a killed gateway left behind is replaced.
/// </summary>
internal sealed partial class UnixListener : IDisposable
{
    private const int Backlog = 512;
    private const int Attempts = 10;
    private const string Served = "another program serves a socket there";

    private readonly FileStream held;
    private readonly string path;
    private readonly string identity;
    private int over;

    private UnixListener(string path, FileStream held, Socket socket)
    {
        (this.path, this.held, Socket) = (path, held, socket);
        identity = UnixFile.Look(path)!.Value.Identity;
    }

    /// <summary>Listens.</summary>
    public Socket Socket { get; }

    /// <summary>Makes a socket that nobody else can connect to at any moment, unless the mode lets them.</summary>
    /// <exception cref="IOException">It cannot be made, for one because somebody serves it or it is another kind of file.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory or the group is not the gateway's to use.</exception>
    public static UnixListener Bind(string path, SocketAccess access)
    {
        var held = Lock($"{path}.lock");
        try
        {
            MakeRoom(path);
            var socket = Bound(path);
            try
            {
                if (access.Group is { } group && Native.ChangeOwner(path, Native.Unchanged, group) != 0)
                {
                    throw new UnauthorizedAccessException($"it cannot be given to the group {group} of Gateway:Sockets:Group: {Marshal.GetLastPInvokeErrorMessage()}");
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

    /// <summary>Closes the socket and takes its file away. May be called more than once.</summary>
    public void Dispose()
    {
        Socket.Dispose();
        if (Interlocked.Exchange(ref over, 1) != 0)
        {
            return;
        }

        // Not one that took its place.
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
            // Whoever held it may have deleted the file since it was opened: the lock is on what nobody else will find then.
            if (UnixFile.Look($"/proc/self/fd/{held.SafeFileHandle.DangerousGetHandle()}")?.Birth == UnixFile.LookAtLink(path)?.Birth)
            {
                return held;
            }

            held.Dispose();
        }

        throw new IOException($"{path} is a link, or others keep taking it");
    }

    private static void Unlock(FileStream held)
    {
        // While it is held: afterwards it may be another's.
        File.Delete(held.Name);
        held.Dispose();
    }

    /// <summary>Checks that a socket could be made, and makes none.</summary>
    /// <exception cref="IOException">It could not.</exception>
    public static void Probe(string path, bool mayBeServed)
    {
        LibC.ThrowUnlessWritable(Path.GetDirectoryName(path)!, isDirectory: true);
        if (Look(path) == Found.Served && !mayBeServed)
        {
            throw new IOException(Served);
        }
    }

    private static void MakeRoom(string path)
    {
        switch (Look(path))
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

    private static Found Look(string path)
    {
        if (UnixFile.LookAtLink(path) is not { } there)
        {
            return Found.Nothing;
        }

        if (!there.IsSocket)
        {
            throw new IOException("there is a file that is no socket");
        }

        // It does not wait: a program that is stopped has a full queue for good.
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
            // Somebody is there, and has no time, or does not want to be asked.
        }

        return Found.Served;
    }

    /// <summary>Binds by hand: .NET would delete the file later, whoever's it is by then.</summary>
    internal static Socket Bound(string path)
    {
        var handle = Native.NewSocket(Native.Unix, Native.Stream, 0);
        using (var file = new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false))
        {
            // bind(2) makes the file with the mode of the socket itself, less the umask: there is no moment in which it is open to others.
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
