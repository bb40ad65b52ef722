using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Settings;
using Microsoft.AspNetCore.Connections.Features;

namespace Gateway.Access;

/// <summary>
/// Users of this host who need no key on a Unix socket. The kernel vouches for them there (SO_PEERCRED, unix(7)); over TCP it vouches for nobody, so
/// that nobody is let in that way.
/// </summary>
internal sealed partial record LocalUsers(IReadOnlySet<uint> Ids)
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED

    /// <summary>Reads users in whom <see cref="Faults"/> finds nothing; null for everybody.</summary>
    public static LocalUsers? Of(IReadOnlyList<string> users) => users.Count == 0 ? null : new LocalUsers(users.Select(static user => IdOf(user)!.Value).ToHashSet());

    /// <summary>What is wrong with users' names.</summary>
    public static IEnumerable<string> Faults(string key, IEnumerable<string> users) =>
        users.SelectMany((user, i) => Fault.Unless(IdOf(user) is not null, $"{key}:{i} = '{user}' is not a user of this host"));

    /// <summary>Whether a request comes from one of them.</summary>
    public bool Include(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is not { AddressFamily: AddressFamily.Unix } socket)
        {
            return false;
        }

        Span<byte> credentials = stackalloc byte[12]; // struct ucred: pid, uid, gid
        return socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == credentials.Length
            && Ids.Contains(BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]));
    }

    private static uint? IdOf(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : LibC.User(text) is var user and not 0
            ? (uint)Marshal.ReadInt32(user, LibC.UserId)
            : null;

    private static partial class LibC
    {
        // struct passwd begins with two pointers: the name and the password.
        public static readonly int UserId = 2 * IntPtr.Size;

        [LibraryImport("libc", EntryPoint = "getpwnam", StringMarshalling = StringMarshalling.Utf8)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial nint User(string name);
    }
}
