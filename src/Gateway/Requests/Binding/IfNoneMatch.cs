using Gateway.Json;

namespace Gateway.Requests.Binding;

/// <summary>Whether a request may only create a resource (RFC 9110, section 13.1.2).</summary>
internal static class IfNoneMatch
{
    /// <summary>Whether the request has <c>If-None-Match: *</c>.</summary>
    /// <exception cref="InvalidRequestException">The header has another value.</exception>
    public static bool OnlyCreates(this HttpRequest request) => request.Headers.IfNoneMatch switch
    {
        [] => false,
        ["*"] => true,
        _ => throw new InvalidRequestException("If-None-Match", "must be *, which allows only the creation of a VM"),
    };
}
