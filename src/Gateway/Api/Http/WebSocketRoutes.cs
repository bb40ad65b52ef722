using Gateway.Requests.Binding;

namespace Gateway.Api.Http;

/// <summary>
/// Lets browsers open WebSockets over HTTP/2, which they do if they already have such a connection. The request is then an extended CONNECT instead of a GET with
/// <c>Upgrade</c> (RFC 8441, section 5).
/// </summary>
internal static class WebSocketRoutes
{
    /// <summary>Makes routes with <see cref="OpensWebSocketAttribute"/> accept CONNECT too.</summary>
    public static T WithWebSockets<T>(this T routes)
        where T : IEndpointConventionBuilder
    {
        routes.Add(static endpoint =>
        {
            if (endpoint.Metadata.OfType<OpensWebSocketAttribute>().Any() && endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault() is { } methods)
            {
                endpoint.Metadata.Add(new HttpMethodMetadata([.. methods.HttpMethods, HttpMethods.Connect]));
            }
        });
        return routes;
    }
}
