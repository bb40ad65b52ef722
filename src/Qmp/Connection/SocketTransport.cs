using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace QmpGateway.Qmp.Connection;

/// <summary>A transport over a socket.</summary>
internal sealed class SocketTransport : IDuplexPipe
{
    private SocketTransport(Stream stream)
    {
        // With zero-byte reads, idle connections hold no buffers.
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream); // It is completed last, and closes the stream.
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

    // Dispose would discard the last bytes from QEMU, such as a SHUTDOWN event that arrives while a write fails.
    private static void HangUp(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception alreadyClosed) when (alreadyClosed is SocketException or ObjectDisposedException)
        {
            // QEMU closed the socket first, or it is already disposed.
        }
    }
}
