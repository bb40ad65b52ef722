using Gateway.Json;
using Microsoft.Net.Http.Headers;

namespace Gateway.Requests.Binding;

/// <summary>The runs that a write is for (RFC 9110, section 13.1.1).</summary>
internal static class IfMatch
{
    /// <summary>Returns the runs in <c>If-Match</c>; null if the header is missing or <c>*</c>.</summary>
    /// <exception cref="InvalidRequestException">The header is malformed.</exception>
    public static IReadOnlyCollection<string>? Runs(this HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        if (header.Count == 0)
        {
            return null;
        }

        if (!EntityTagHeaderValue.TryParseStrictList(header, out var tags) || tags.Any(static tag => tag.IsWeak))
        {
            throw new InvalidRequestException("If-Match", "must be a run in quotes, such as \"1f6b0c2a9d3e4f50\": the ETag of GET /vms/{vm}");
        }

        return tags.Any(static tag => tag.Tag == "*") ? null : [.. tags.Select(static tag => tag.Tag.ToString().Trim('"'))];
    }
}
