using System.IO.Hashing;
using Microsoft.Net.Http.Headers;

namespace Gateway.Dashboard;

/// <summary>One file of the dashboard, as it is and in the encodings that the build made of it.</summary>
internal sealed class DashboardFile
{
    // The build writes these beside a file. The order is the gateway's preference.
    private static readonly (string Encoding, string Extension)[] Encodings = [("br", ".br"), ("gzip", ".gz")];

    private readonly string contentType;
    private readonly Dictionary<string, Content> contents;

    private DashboardFile(string contentType, Dictionary<string, Content> contents) => (this.contentType, this.contents) = (contentType, contents);

    /// <summary>Whether a file is an encoding of the file beside it.</summary>
    public static bool IsEncoded(string file) =>
        Encodings.Any(encoding => file.EndsWith(encoding.Extension, StringComparison.Ordinal) && File.Exists(file[..^encoding.Extension.Length]));

    /// <summary>Reads a file and its encodings.</summary>
    public static DashboardFile Read(string file, string contentType)
    {
        var contents = Encodings.Where(encoding => File.Exists(file + encoding.Extension)).ToDictionary(static encoding => encoding.Encoding, encoding => Content.Read(file + encoding.Extension));
        contents.Add(AcceptedEncoding.Identity, Content.Read(file));
        return new DashboardFile(contentType, contents);
    }

    /// <summary>Returns the response to a request for this file: the content in an encoding that the client accepts, or 304.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cacheControl">How long caches may keep the content.</param>
    /// <param name="variation">A part of the entity tag, for a response that differs in more than its content.</param>
    public IResult Respond(HttpContext context, string cacheControl, string variation = "")
    {
        var encoding = AcceptedEncoding.Choose(context.Request.GetTypedHeaders().AcceptEncoding, [.. Encodings.Select(static known => known.Encoding).Where(contents.ContainsKey)]);
        var headers = context.Response.Headers;
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        headers.CacheControl = cacheControl;
        if (encoding != AcceptedEncoding.Identity)
        {
            headers.ContentEncoding = encoding;
        }

        var content = contents[encoding];
        return TypedResults.Bytes(content.Bytes, contentType, entityTag: new EntityTagHeaderValue($"\"{content.Hash}{variation}\""));
    }

    private sealed record Content(byte[] Bytes, string Hash)
    {
        public static Content Read(string file)
        {
            var bytes = File.ReadAllBytes(file);
            return new Content(bytes, Convert.ToHexStringLower(XxHash128.Hash(bytes)));
        }
    }
}
