using System.Buffers.Binary;
using System.Net.Sockets;
using Gateway.Settings;
using Gateway.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace Gateway.Access;

/// <summary>
/// Users of this host who need no key on a Unix socket, where the kernel reports the user of the client (SO_PEERCRED, unix(7)). Over TCP the user is
/// unknown, so every request is rejected.
/// </summary>
internal sealed record LocalUsers(IReadOnlySet<uint> Ids)
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED

    /// <summary>Reads users for whom <see cref="Faults"/> reports nothing. Returns null, which stands for everybody, if the list is empty.</summary>
    public static LocalUsers? Of(IReadOnlyList<string> users) => users.Count == 0 ? null : new LocalUsers(users.Select(static user => SystemIds.OfUser(user)!.Value).ToHashSet());

    /// <summary>Validates the names of the users.</summary>
    public static IEnumerable<string> Faults(string key, IEnumerable<string> users) =>
        users.SelectMany((user, i) => Fault.Unless(SystemIds.OfUser(user) is not null, $"{key}:{i} = '{user}' is not a user on this host"));

    /// <summary>Whether a request comes from one of these users.</summary>
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
}
