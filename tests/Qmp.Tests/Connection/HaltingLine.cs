using System.IO.Pipelines;
using TestSupport;

namespace QmpGateway.Qmp.Tests.Connection;

/// <summary>
/// A line that stops in the middle of each write, once <see cref="Halt"/> was called, and writes the rest when it may; a
/// cancelled write leaves half a message behind, as on a socket.
/// </summary>
internal sealed class HaltingLine : Stream
{
    private readonly Pipe toClient = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe toQemu = new(new PipeOptions(pauseWriterThreshold: 0));
    private TaskCompletionSource<bool>? halted;

    public HaltingLine()
    {
        Qemu = new FakeConnection(new Duplex(toQemu.Reader, toClient.Writer), () => toClient.Writer.Complete());
        Transport = new QmpTransport(new Duplex(toClient.Reader, PipeWriter.Create(this)), close: () => toClient.Writer.Complete());
    }

    public FakeConnection Qemu { get; }

    public QmpTransport Transport { get; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Halt() => halted = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

    public void GoOn() => halted!.SetResult(true);

    public void Break() => halted!.SetException(new IOException("Broken pipe"));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var half = buffer.Length / 2;
        await toQemu.Writer.WriteAsync(buffer[..half], CancellationToken.None);
        if (halted is { } wait)
        {
            await wait.Task.WaitAsync(cancellationToken);
        }

        await toQemu.Writer.WriteAsync(buffer[half..], CancellationToken.None);
    }

    public override void Flush() => throw new NotSupportedException();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        toQemu.Writer.Complete();
        base.Dispose(disposing);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
