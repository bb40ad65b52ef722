using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace QmpGateway.Qmp.Connection;

/// <summary>Bytes over a socket.</summary>
internal sealed class SocketTransport : IDuplexPipe
{
    private SocketTransport(Stream stream)
    {
        // Zero-byte reads: a thousand idle monitors hold no buffers.
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream); // completed last, it closes the stream
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public static async Task<QmpTransport> ConnectAsync(
        Socket socket, EndPoint endpoint, Func<Socket, string?> identify, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
            return new QmpTransport(new SocketTransport(new NetworkStream(socket, ownsSocket: true)), identify(socket), () => HangUp(socket));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Not Dispose, which would throw away what QEMU sent last: its SHUTDOWN, say, while a write of ours fails on the closed socket.
    private static void HangUp(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The other end was first, or it is all over.
        }
    }
}
