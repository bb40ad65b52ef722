using Microsoft.Net.Http.Headers;

namespace Gateway.Dashboard;

/// <summary>Chooses the encoding of a response by the header <c>Accept-Encoding</c> (RFC 9110, section 12.5.3).</summary>
internal static class AcceptedEncoding
{
    /// <summary>The content as it is.</summary>
    public const string Identity = "identity";

    // Less than any weight that a client can give to another encoding. The content as it is can always be sent, even to a client that refuses it.
    private const double Unlisted = 0.0001;

    /// <summary>Returns the encoding that the client prefers. If it prefers none, the first of the list.</summary>
    /// <param name="accepted">The header's values.</param>
    /// <param name="encodings">The encodings that exist apart from the content as it is, best first.</param>
    public static string Choose(IList<StringWithQualityHeaderValue> accepted, string[] encodings) =>
        encodings.Append(Identity).MaxBy(encoding => WeightOf(accepted, encoding))!;

    private static double WeightOf(IList<StringWithQualityHeaderValue> accepted, string encoding)
    {
        var listed = accepted.FirstOrDefault(value => value.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase));
        return encoding == Identity
            ? Math.Max(listed is null ? 0 : listed.Quality ?? 1, Unlisted)
            : (listed ?? accepted.FirstOrDefault(static value => value.Value == "*")) is { } found ? found.Quality ?? 1 : 0;
    }
}
