using Gateway.Journal;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Requests.Reading;

/// <summary>
/// The limits on the memory that a stalled reader occupies, and on how long it does. Unread events stay in the journal, and
/// only a few bytes wait in buffers of these sizes. An event that is larger than a buffer goes into it whole.
/// </summary>
internal static class ReaderBounds
{
    /// <summary>The number of bytes of events that are read from the journal and written before the gateway waits for the reader.</summary>
    public const int Chunk = JournalBatch.MaxBytes;

    /// <summary>The buffer between the hub and a connection's transport in bytes, in each direction.</summary>
    public const int Transport = 32 * 1024;

    /// <summary>The output buffer between Kestrel and a socket in bytes.</summary>
    public const int Connection = 64 * 1024;

    /// <summary>The kernel's send buffer of a socket in bytes. With its bookkeeping, the kernel uses twice as much.</summary>
    public const int Socket = 128 * 1024;

    /// <summary>
    /// The gateway's memory for one stalled reader in bytes, without an event that is larger than a chunk: the chunk, both directions of the hub's
    /// transport, the connection, and the same amount again for the objects around them.
    /// </summary>
    public const int Reader = 2 * (Chunk + (2 * Transport) + Connection);

    /// <summary>How long a write to a reader may take. Then the gateway ends the connection, and the reader can resume from its cursor.</summary>
    public static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);

    /// <summary>How long the gateway tries to notify a reader that it is stopping.</summary>
    public static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>Sets the buffer sizes of connections and their sockets.</summary>
    public static void UseReaderBounds(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(static kestrel => kestrel.Limits.MaxResponseBufferSize = Connection);
        // HTTP/1.1 and WebSockets write directly into the socket's buffer. MaxResponseBufferSize applies only to HTTP/2.
        builder.Services.Configure<SocketTransportOptions>(static sockets => sockets.MaxWriteBufferSize = Connection);
    }
}
