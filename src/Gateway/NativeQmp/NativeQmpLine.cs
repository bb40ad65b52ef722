using System.Net.Sockets;
using System.Net.WebSockets;
using Gateway.Requests.Reading;

namespace Gateway.NativeQmp;

/// <summary>The connection to a client.</summary>
internal abstract class NativeQmpLine
{
    private readonly byte[] buffer = new byte[16 * 1024];

    /// <summary>Returns the next bytes; empty after the client has disconnected.</summary>
    /// <exception cref="IOException">The connection was lost.</exception>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Sends one message.</summary>
    /// <exception cref="IOException">The connection was lost.</exception>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Closes the connection, and tells the client if it still listens.</summary>
    /// <param name="why">The reason, in words. Not every protocol can transmit it.</param>
    /// <param name="cancellationToken">Ends the wait for the client.</param>
    public abstract Task EndAsync(string why, CancellationToken cancellationToken);

    /// <summary>A connection over a Unix socket. Each message ends with CRLF, as in QEMU.</summary>
    public sealed class OfSocket(Socket socket) : NativeQmpLine
    {
        public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
        {
            try
            {
                return buffer.AsMemory(0, await socket.ReceiveAsync(buffer, cancellationToken));
            }
            catch (SocketException broken)
            {
                throw new IOException(broken.Message, broken);
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            // A large message is shared by all clients, so it is not copied as a whole. Only its last part is copied, to append the CRLF.
            var begin = message[..Math.Max(0, message.Length - ReaderBounds.Chunk)];
            var end = new byte[message.Length - begin.Length + 2];
            message[begin.Length..].CopyTo(end);
            "\r\n"u8.CopyTo(end.AsSpan(end.Length - 2));
            try
            {
                await SendAsync(begin, cancellationToken);
                await SendAsync(end, cancellationToken);
            }
            catch (SocketException broken)
            {
                throw new IOException(broken.Message, broken);
            }
        }

        private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
            }
        }

        /// <summary>Does nothing, because the code that accepted the socket closes it.</summary>
        public override Task EndAsync(string why, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>A connection over a WebSocket. Each QMP message is sent as one WebSocket message.</summary>
    public sealed class OfWebSocket(WebSocket socket) : NativeQmpLine
    {
        private const int MaxReason = 120; // RFC 6455, section 5.5: a close frame has at most 123 bytes for the reason

        public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
        {
            try
            {
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(0, buffer.Length - 1), cancellationToken);
                }
                while (part is { Count: 0, EndOfMessage: false, MessageType: not WebSocketMessageType.Close });

                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return default;
                }

                // The end of a WebSocket message ends a word, like the end of a line does.
                buffer[part.Count] = (byte)'\n';
                return buffer.AsMemory(0, part.EndOfMessage ? part.Count + 1 : part.Count);
            }
            catch (WebSocketException broken)
            {
                throw new IOException(broken.Message, broken);
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            try
            {
                // In parts, because the WebSocket copies each frame as a whole for each client.
                for (var (rest, isLast) = (message, false); !isLast; rest = rest[Math.Min(rest.Length, ReaderBounds.Chunk)..])
                {
                    isLast = rest.Length <= ReaderBounds.Chunk;
                    await socket.SendAsync(
                        isLast ? rest : rest[..ReaderBounds.Chunk], WebSocketMessageType.Text, isLast ? WebSocketMessageFlags.EndOfMessage : WebSocketMessageFlags.None, cancellationToken);
                }
            }
            catch (WebSocketException broken)
            {
                throw new IOException(broken.Message, broken);
            }
        }

        public override async Task EndAsync(string why, CancellationToken cancellationToken)
        {
            try
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, why.Length <= MaxReason ? why : why[..MaxReason], cancellationToken);
            }
            catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or InvalidOperationException or IOException)
            {
                socket.Abort();
            }
        }
    }
}
