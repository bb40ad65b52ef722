using System.Net.Http.Headers;
using System.Text;
using Gateway.Hubs;

namespace Gateway.Security;

/// <summary>What a request shows to say who it comes from.</summary>
internal static class Credential
{
    /// <summary>
    /// The key or token of <c>Authorization: Bearer</c> (RFC 6750), the password of <c>Basic</c> (RFC 7617: what a browser sends that was asked
    /// by a page's 401), or the query's <c>access_token</c> on the hub, since a browser's WebSocket takes no headers. Null without any.
    /// </summary>
    public static string? Of(HttpRequest request)
    {
        if (request.Headers.Authorization is { Count: > 0 } header)
        {
            return AuthenticationHeaderValue.TryParse(header, out var given) ? given.Scheme.ToLowerInvariant() switch
            {
                "bearer" => given.Parameter,
                "basic" => Password(given.Parameter),
                _ => "",
            } : "";
        }

        return request.Path.StartsWithSegments(EventsHub.Path) ? request.Query["access_token"] : default(string?);
    }

    /// <summary>Whether it is a token (RFC 7519, section 3: three parts, the first a JSON object) rather than a key.</summary>
    public static bool IsToken(string credential) => credential.StartsWith("ey", StringComparison.Ordinal) && credential.Count('.') == 2;

    private static string Password(string? parameter)
    {
        var bytes = new byte[parameter?.Length ?? 0];
        return Convert.TryFromBase64String(parameter ?? "", bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password]
            ? password
            : "";
    }
}
