using Gateway.Limits;
using Gateway.Requests.Limits;

namespace Gateway.Requests.Binding;

/// <summary>
/// The body of a request. It is read once and completely. The bytes beyond <see cref="Places.SmallBody"/> count as bytes in flight until the request
/// ends.
/// </summary>
internal static class RequestBody
{
    private const int Chunk = 64 * 1024;

    /// <summary>Reads the body, or returns the body that was already read.</summary>
    /// <exception cref="LimitReachedException">Too many bytes are in flight.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(this HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Items[typeof(RequestBody)] is ReadOnlyMemory<byte> known)
        {
            return known;
        }

        var bytes = context.RequestServices.GetRequiredService<Places>().TakeBytes(context.User.LimitedAs());
        context.Response.RegisterForDispose(bytes);
        var body = await ReadAsync(context.Request, bytes, cancellationToken);
        context.Items[typeof(RequestBody)] = body;
        return body;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, BytePlaces bytes, CancellationToken cancellationToken)
    {
        // Waits for the first byte. Kestrel rejects a length that is too large here, before the buffer is allocated, and does not read beyond the length.
        _ = await request.Body.ReadAsync(Memory<byte>.Empty, cancellationToken);
        var told = (int?)request.ContentLength;
        bytes.Grow(told ?? 0);
        var buffer = new byte[told ?? Chunk];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (told is not null)
                {
                    // The end is also read, because only that fails for a body that is too long.
                    return await request.Body.ReadAsync(new byte[1], cancellationToken) == 0 ? buffer : throw new BadHttpRequestException("The request body is longer than its Content-Length.");
                }

                bytes.Grow(2 * buffer.Length);
                Array.Resize(ref buffer, 2 * buffer.Length);
            }

            var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            length += read;
        }
    }
}
