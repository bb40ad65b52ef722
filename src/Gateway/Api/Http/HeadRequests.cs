
namespace Gateway.Api.Http;

/// <summary>Handles HEAD like GET, but without the content (RFC 9110, section 9.3.2).</summary>
internal static class HeadRequests
{
    /// <summary>
    /// Discards the content of every response to HEAD. Over HTTP/2, Kestrel would send what is written through the response's pipe, and clients would reset
    /// the stream with PROTOCOL_ERROR.
    /// </summary>
    public static void UseHeadWithoutContent(this WebApplication app) => app.Use(static (context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Body = Stream.Null;
        }

        return next(context);
    });

    /// <summary>Makes routes that accept GET accept HEAD too.</summary>
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
