namespace Gateway.Requests.Binding;

/// <summary>
/// Marks a route that opens a WebSocket. Over HTTP/2, the request that opens it is a CONNECT (RFC 8441). Because a browser's WebSocket cannot send headers,
/// the request may send its credential in the query.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OpensWebSocketAttribute : Attribute
{
    /// <summary>The query parameter for the credential (RFC 6750, section 2.3).</summary>
    public const string CredentialParameter = "access_token";
}
