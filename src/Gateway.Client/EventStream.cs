using System.Runtime.CompilerServices;
using System.Text.Json;
using QmpGateway.Contracts;

namespace QmpGateway.Client;

/// <summary>Reads events over any number of connections. Each connection resumes where the previous one ended.</summary>
internal sealed class EventStream(GatewayRequests requests, GatewayClientOptions options, Subscription filter)
{
    private const string CursorExpired = "cursor-expired";

    private string? cursor = filter.After;

    public async IAsyncEnumerable<GatewayEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var items = ReadOnceAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (items.ConfigureAwait(false))
            {
                while (await NextAsync(items, cancellationToken).ConfigureAwait(false) is { } next)
                {
                    attempt = 0;
                    yield return next;
                    // The cursor moves only now: a caller that asks for the next event has processed this one.
                    cursor = next.Id;
                }
            }

            await Task.Delay(GatewayRequests.Delay(attempt), options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Returns the next event; null if the connection ended and the client must reconnect.</summary>
    private static async Task<GatewayEvent?> NextAsync(IAsyncEnumerator<GatewayEvent> items, CancellationToken cancellationToken)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false) ? items.Current : null;
        }
        catch (Exception broken) when (Persistence.MayPass(broken, cancellationToken))
        {
            return null;
        }
    }

    private async IAsyncEnumerable<GatewayEvent> ReadOnceAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await requests.OpenAsync(Make, cancellationToken).WaitAsync(options.Timeout, options.Time, cancellationToken).ConfigureAwait(false);
        // The reader resumes here if the connection breaks before the first event.
        cursor ??= response.Headers.TryGetValues("X-Cursor", out var from) ? from.First() : null;
        var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var lines = new StreamReader(new NeverSilent(content, options.Silence, options.Time));
        await foreach (var block in SseBlock.ReadAsync(lines, cancellationToken).ConfigureAwait(false))
        {
            // Every event has an id, so a QEMU event with the name "cursor-expired" is not mistaken for this message.
            if (block is { Event: CursorExpired, Id: null })
            {
                var told = JsonSerializer.Deserialize(block.Data!, GatewayJson.Default.JsonElement);
                throw new CursorExpiredException(
                    new Problem { Type = Problem.TypePrefix + CursorExpired, Title = "Cursor expired", Status = 410, Detail = "Events that were not read yet are no longer kept." },
                    told.GetProperty("oldest").GetString()!);
            }

            if (block.Data is { } data)
            {
                yield return JsonSerializer.Deserialize(data, GatewayJson.Default.GatewayEvent)!;
            }
            else
            {
                // The gateway sends ids without events, so that the cursor of a reader whose filter rarely matches does not expire.
                cursor = block.Id ?? cursor;
            }
        }
    }

    private HttpRequestMessage Make()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, requests.UrlOf(Query.Of(filter).Add("after", cursor).ToString()));
        request.Headers.Accept.ParseAdd("text/event-stream");
        return request;
    }

    /// <summary>A stream whose reads fail after a period of silence. The gateway sends keep-alives more often.</summary>
    private sealed class NeverSilent(Stream inner, TimeSpan patience, TimeProvider time) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var silent = new CancellationTokenSource(patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silent.Token, cancellationToken);
            return await inner.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
