using Microsoft.Net.Http.Headers;

namespace Gateway.Security;

/// <summary>
/// Tells browsers to take nothing of an answer but what it is, and a page nothing but its own. Answers are true for a moment and for one caller, so
/// that no cache keeps them unless a route says otherwise.
/// </summary>
internal sealed class PageHeaders(RequestDelegate next)
{
    // Swagger UI writes styles into its elements, and its images are in its style sheet.
    private const string Policy =
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
                headers.ContentSecurityPolicy = Policy;
                headers[HeaderNames.XFrameOptions] = "DENY";
            }

            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    }
}
