using System.Net.Sockets;
using System.Net.WebSockets;
using Gateway.Requests.Reading;

namespace Gateway.NativeQmp;

/// <summary>The way to one client.</summary>
internal abstract class NativeQmpLine
{
    private readonly byte[] buffer = new byte[16 * 1024];

    /// <summary>The next bytes; none once the client ended.</summary>
    /// <exception cref="IOException">It broke.</exception>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Sends one message.</summary>
    /// <exception cref="IOException">It broke.</exception>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Ends it, if that can still be said.</summary>
    /// <param name="why">Why, in words, where the protocol has room for it.</param>
    /// <param name="cancellationToken">Waits no longer for the client to hear of it.</param>
    public abstract Task EndAsync(string why, CancellationToken cancellationToken);

    /// <summary>A line over a Unix socket: each message ends with CRLF, as QEMU's do.</summary>
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
            // What is large is there once for all clients, and its end is sent after it.
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

        /// <summary>Whoever accepted the socket closes it.</summary>
        public override Task EndAsync(string why, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>A line over a WebSocket: one message a message.</summary>
    public sealed class OfWebSocket(WebSocket socket) : NativeQmpLine
    {
        private const int MaxReason = 120; // RFC 6455, section 5.5: a control frame has room for 123 bytes of it

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

                // A message's end is as good as a line's.
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
                // In parts: each is copied whole for its client.
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
