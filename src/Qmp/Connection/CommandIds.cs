using System.Globalization;
using System.Security.Cryptography;

namespace QmpGateway.Qmp.Connection;

/// <summary>
/// Creates ids that are unique across connections and processes. QEMU delivers the reply to a command of a closed connection to the next connection, which may
/// belong to another process. If each connection counted from zero, it would take such a reply for one of its own.
/// </summary>
internal static class CommandIds
{
    private static readonly string Prefix = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private static long last;

    public static string Next() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Interlocked.Increment(ref last)}");
}
