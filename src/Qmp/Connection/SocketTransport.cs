using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Qmp.Connection;

/// <summary>Bytes over a socket.</summary>
internal sealed class SocketTransport : IDuplexPipe
{
    private SocketTransport(Stream stream)
    {
        // Zero-byte reads: a thousand idle monitors hold no buffers.
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public static async Task<QmpTransport> ConnectAsync(
        Socket socket, EndPoint endpoint, Func<Socket, string?> identify, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
            return new QmpTransport(new SocketTransport(new NetworkStream(socket, ownsSocket: false)), identify(socket), socket.Dispose);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
