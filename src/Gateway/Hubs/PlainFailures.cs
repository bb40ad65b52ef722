using Gateway.Requests.Problems;

namespace Gateway.Hubs;

/// <summary>
/// Replaces error responses of the hub's transports, which are plain text, with problems.
/// </summary>
internal sealed class PlainFailures(RequestDelegate next, ProblemWriter problems)
{
    public Task InvokeAsync(HttpContext context) => context.Request.Path.StartsWithSegments(EventsHub.Path) ? InvokeHubAsync(context) : next(context);

    private async Task InvokeHubAsync(HttpContext context)
    {
        var response = context.Response;
        var body = response.Body;
        var held = new HeldBack(response, body);
        response.Body = held;
        try
        {
            await next(context);
        }
        finally
        {
            response.Body = body;
        }

        if (response.StatusCode >= StatusCodes.Status400BadRequest && !response.HasStarted)
        {
            response.ContentLength = null;
            if (response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            {
                response.Headers.Allow = context.Request.Path.StartsWithSegments(EventsHub.Path + "/negotiate") ? HttpMethods.Post : "DELETE, GET, POST";
            }

            await (held.Text.Length == 0
                ? problems.WriteStatusAsync(context)
                : problems.WriteAsync(context, ProblemMapper.Of(
                    response.StatusCode == StatusCodes.Status404NotFound ? ProblemKind.NotFound : ProblemKind.InvalidRequest, held.Text)));
        }
    }

    private sealed class HeldBack(HttpResponse response, Stream body) : Stream
    {
        public string Text { get; private set; } = "";

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        private bool Failed => response.StatusCode >= StatusCodes.Status400BadRequest && !response.HasStarted;

        public override void Flush() => FlushAsync(default).GetAwaiter().GetResult();

        public override Task FlushAsync(CancellationToken cancellationToken) => Failed ? Task.CompletedTask : body.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!Failed)
            {
                return body.WriteAsync(buffer, cancellationToken);
            }

            Text += System.Text.Encoding.UTF8.GetString(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
