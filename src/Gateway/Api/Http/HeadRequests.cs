
namespace Gateway.Api.Http;

/// <summary>HEAD is what GET is, but for the content (RFC 9110, 9.3.2).</summary>
internal static class HeadRequests
{
    /// <summary>
    /// Discards the content of every answer to HEAD. Over HTTP/2, Kestrel sends what is written through the response's pipe, and clients end the stream
    /// with PROTOCOL_ERROR.
    /// </summary>
    public static void UseHeadWithoutContent(this WebApplication app) => app.Use(static (context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Body = Stream.Null;
        }

        return next(context);
    });

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
