namespace Gateway.Observability;

/// <summary>
/// Log categories of the framework whose lines below <c>Warning</c> contain parts of requests: command arguments, tokens, and URLs, in which a browser's
/// WebSocket sends its key. These lines are never written, whatever log level is configured.
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

    /// <summary>Whether lines of a category may contain parts of requests.</summary>
    public static bool ShowRequests(string category) => Categories.Any(name =>
        category.StartsWith(name, StringComparison.Ordinal) && (category.Length == name.Length || category[name.Length] == '.'));
}
