namespace Gateway.Observability;

/// <summary>
/// Categories of the framework whose lines below a warning hold whole requests: their URLs, in which a browser's WebSocket carries its key, the arguments
/// of commands, and tokens. No setting of any level shows them.
/// </summary>
internal static class PrivateLogs
{
    private static readonly string[] Categories =
    [
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.HttpLogging",
        "Microsoft.AspNetCore.Mvc",
        "Microsoft.AspNetCore.SignalR",
        "Microsoft.AspNetCore.Http.Connections",
        "Microsoft.AspNetCore.Authentication",
        "Microsoft.AspNetCore.Server.Kestrel.Core.Internal.LoggingConnectionMiddleware",
        "Microsoft.IdentityModel",
        "System.Net.Http",
    ];

    /// <summary>Whether a category is one of those.</summary>
    public static bool ShowRequests(string category) => Categories.Any(name =>
        category.StartsWith(name, StringComparison.Ordinal) && (category.Length == name.Length || category[name.Length] == '.'));
}
