using System.Globalization;
using System.Security.Cryptography;

namespace QmpGateway.Qmp.Connection;

/// <summary>
/// Ids that no other command ever has. QEMU delivers the reply to a command of a closed connection to the next one, which may
/// be that of another process, so a counter that starts anew would take it for its own.
/// </summary>
internal static class CommandIds
{
    private static readonly string Prefix = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private static long last;

    public static string Next() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Interlocked.Increment(ref last)}");
}
