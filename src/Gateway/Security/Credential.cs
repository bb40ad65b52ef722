using System.Net.Http.Headers;
using System.Text;
using Gateway.Hubs;
using Gateway.Requests.Binding;

namespace Gateway.Security;

/// <summary>Reads the credential of a request: an API key or a token.</summary>
internal static class Credential
{
    /// <summary>
    /// Returns the key or token of <c>Authorization: Bearer</c> (RFC 6750), or the password of <c>Authorization: Basic</c> (RFC 7617), which
    /// browsers send after a 401. On the hub and for WebSockets, the query parameter <c>access_token</c> is accepted too, because a browser's
    /// WebSocket cannot send headers. Returns an empty string if the header is malformed or has another scheme, and null if the request has no credential.
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

        return MayUseQuery(request) ? request.Query[OpensWebSocketAttribute.CredentialParameter] : default(string?);
    }

    /// <summary>Whether the credential is a token rather than a key. A token has three parts, and the first is an encoded JSON object (RFC 7519, section 3).</summary>
    public static bool IsToken(string credential) => credential.StartsWith("ey", StringComparison.Ordinal) && credential.Count('.') == 2;

    private static bool MayUseQuery(HttpRequest request) => request.Path.StartsWithSegments(EventsHub.Path)
        || (request.HttpContext.WebSockets.IsWebSocketRequest && request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<OpensWebSocketAttribute>() is not null);

    private static string Password(string? parameter)
    {
        var bytes = new byte[parameter?.Length ?? 0];
        return Convert.TryFromBase64String(parameter ?? "", bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password]
            ? password
            : "";
    }
}
