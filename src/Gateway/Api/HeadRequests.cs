namespace Gateway.Api;

/// <summary>HEAD is what GET is, but for the content (RFC 9110, 9.3.2), which the server leaves out.</summary>
internal static class HeadRequests
{
    /// <summary>Lets routes that take GET take HEAD too.</summary>
    public static T WithHead<T>(this T routes)
        where T : IEndpointConventionBuilder
    {
        routes.Add(static endpoint =>
        {
            if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods is ["GET"])
            {
                endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
            }
        });
        return routes;
    }
}
