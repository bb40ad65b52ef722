using Microsoft.Net.Http.Headers;

namespace Gateway.Security;

/// <summary>
/// Adds security headers for browsers: no content sniffing, and pages that load only their own resources. Responses are valid for one moment and
/// one caller, so they are not cached unless a route sets <c>Cache-Control</c>. The dashboard sets a stricter policy than Swagger UI's.
/// </summary>
internal sealed class PageHeaders(RequestDelegate next)
{
    // Swagger UI uses inline styles, and data: images in its style sheet.
    private const string SwaggerPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            var headers = ((HttpResponse)state).Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            if (headers.CacheControl.Count == 0)
            {
                headers.CacheControl = "no-store";
            }

            if (headers.ContentType.ToString().StartsWith("text/html", StringComparison.Ordinal))
            {
                if (headers.ContentSecurityPolicy.Count == 0)
                {
                    headers.ContentSecurityPolicy = SwaggerPolicy;
                }

                headers[HeaderNames.XFrameOptions] = "DENY";
            }

            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    }
}
