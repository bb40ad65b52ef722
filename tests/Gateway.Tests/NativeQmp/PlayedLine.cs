using System.Text;
using System.Threading.Channels;
using Gateway.NativeQmp;

namespace Gateway.Tests.NativeQmp;

/// <summary>A client played by a test.</summary>
internal sealed class PlayedLine : NativeQmpLine
{
    private readonly Channel<string> sent = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> written = [];

    /// <summary>Whether it takes what it is sent.</summary>
    public bool Reads { get; init; } = true;

    /// <summary>Ends once something is sent to it.</summary>
    public Task Writing => writing.Task;

    /// <summary>Why the session ended.</summary>
    public string? Ended { get; private set; }

    /// <summary>How much of what it sent is not taken yet.</summary>
    public int Left => sent.Reader.Count;

    /// <summary>What it was sent.</summary>
    public IReadOnlyList<string> Written
    {
        get
        {
            lock (written)
            {
                return [.. written];
            }
        }
    }

    public void Send(string text) => sent.Writer.TryWrite(text);

    public void End() => sent.Writer.TryComplete();

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken) =>
        await sent.Reader.WaitToReadAsync(cancellationToken) && sent.Reader.TryRead(out var text) ? Encoding.UTF8.GetBytes(text) : default;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        writing.TrySetResult();
        if (!Reads)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        lock (written)
        {
            written.Add(Encoding.UTF8.GetString(message.Span));
        }
    }

    public override Task EndAsync(string why, CancellationToken cancellationToken)
    {
        Ended = why;
        return Task.CompletedTask;
    }
}
