using System.Text.RegularExpressions;

namespace Gateway.Data;

/// <summary>The data directory cannot be written, so a request whose result must be stored was not executed.</summary>
public sealed partial class StorageException(string what, Exception cause)
    : Exception($"Nothing was done, because {what} cannot be written: {Reason(cause)}. Free space in Gateway:DataDirectory, or make it writable.", cause)
{
    // Clients see the message, and the paths of the host are none of their business.
    private static string Reason(Exception cause) => QuotedPath().Replace(cause.Message, "").TrimEnd('.');

    [GeneratedRegex("( :)? '/[^']*'")]
    private static partial Regex QuotedPath();
}
