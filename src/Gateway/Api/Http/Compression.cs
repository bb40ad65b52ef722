using System.IO.Compression;
using Gateway.Dashboard;
using Gateway.Hubs;
using Gateway.Requests.Binding;
using Gateway.Requests.Limits;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gateway.Api.Http;

/// <summary>
/// Compresses long responses for clients that accept it, also over TLS. The BREACH attack needs a page of another site that makes a browser send
/// its user's credential. The API does not use cookies. A browser can still send HTTP Basic for such a page, in requests without an <c>Origin</c>:
/// those responses are not compressed.
/// </summary>
internal static class Compression
{
    /// <summary>Adds the encodings and the media types.</summary>
    public static IServiceCollection AddCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(static compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes =
            [
                "application/json", "application/problem+json", "application/javascript", "text/javascript", "text/css", "text/html", "text/plain",
                "application/openmetrics-text",
            ];
        });
        services.Configure<BrotliCompressionProviderOptions>(static brotli => brotli.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(static gzip => gzip.Level = CompressionLevel.Fastest);
        services.Replace(ServiceDescriptor.Singleton<IResponseCompressionProvider, LongResponses>());
        return services;
    }

    /// <summary>Compresses responses other than streams, which must not be buffered, and those that are always short.</summary>
    public static void UseCompression(this WebApplication app) =>
        app.UseWhen(static context => context.Request.Headers.AcceptEncoding.Count > 0 && MayBeLong(context), static compressed => compressed.UseResponseCompression());

    private static bool MayBeLong(HttpContext context) =>
        !context.Request.Path.StartsWithSegments(EventsHub.Path)
        && context.GetEndpoint()?.Metadata.GetMetadata<EncodedAtBuild>() is null
        && (context.ApiRoute() is null || (context.GetEndpoint()!.Metadata.GetMetadata<ShortAnswerAttribute>() is null && !RequestLimits.IsStream(context)));

    private sealed class LongResponses(IServiceProvider services, IOptions<ResponseCompressionOptions> options) : ResponseCompressionProvider(services, options)
    {
        private const int Short = 1024;

        public override bool ShouldCompressResponse(HttpContext context) =>
            context.Response.ContentLength is not < Short && !IsOfAnotherSite(context.Request) && base.ShouldCompressResponse(context);

        // RequestGuard rejects origins that are not configured.
        private static bool IsOfAnotherSite(HttpRequest request) =>
            request.Headers.Origin.Count == 0 && request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none");
    }
}

/// <summary>Marks routes whose responses are always short. They skip the compression middleware.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShortAnswerAttribute : Attribute;
