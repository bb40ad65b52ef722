using Gateway.Access;
using Gateway.Journal;

namespace Gateway.NativeQmp;

/// <summary>The client of a session.</summary>
/// <param name="Access">The caller, and what it may do.</param>
/// <param name="Remote">Where the client connected from: an address, or the path of the socket.</param>
/// <param name="LimitedAs">The caller whose share of the limits it uses; null if authentication is disabled.</param>
internal sealed record NativeQmpClient(GrantedAccess Access, string? Remote, string? LimitedAs)
{
    private const string OfSocket = "monitor";

    /// <summary>A client of a VM's Unix socket. It needs only the permission to open it, and administers this VM.</summary>
    public static NativeQmpClient At(string path, string vm) => new(
        new GrantedAccess(CallerKinds.Monitor, OfSocket, new Grants([new Grant(Role.Admin, [new VmPattern(vm)], [])]), CancellationToken.None), $"unix:{path}", OfSocket);
}
