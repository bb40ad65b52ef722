using Gateway.Requests.Reading;

namespace Gateway.NativeQmp;

/// <summary>Sends messages to a client one at a time. Replies and events may be written concurrently.</summary>
internal sealed class NativeQmpWriter(NativeQmpLine line, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim writing = new(1);

    /// <summary>Sends one message.</summary>
    /// <exception cref="IOException">The client does not read, or has disconnected.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            using var stalled = new CancellationTokenSource(ReaderBounds.Stall, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
            try
            {
                await line.WriteAsync(message, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException("the client does not read its messages");
            }
        }
        finally
        {
            writing.Release();
        }
    }

    public void Dispose() => writing.Dispose();
}
