using Gateway.Journal;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Requests.Reading;

/// <summary>
/// What a reader that does not read holds of the gateway, and for how long: events that it has not taken stay in the journal, and
/// the few bytes on their way to it wait in buffers that end here. An event that is larger than a buffer goes into it whole.
/// </summary>
internal static class ReaderBounds
{
    /// <summary>Bytes of events that are read for a reader, and written to it before it is waited for.</summary>
    public const int Chunk = JournalBatch.MaxBytes;

    /// <summary>Bytes between the hub and a connection's transport, each way.</summary>
    public const int Transport = 32 * 1024;

    /// <summary>Bytes between Kestrel and a socket, on their way out.</summary>
    public const int Connection = 64 * 1024;

    /// <summary>Bytes that the system keeps for a socket, in its own memory; it takes twice as much with its bookkeeping.</summary>
    public const int Socket = 128 * 1024;

    /// <summary>
    /// The gateway's own memory for one reader that does not read, beside an event that is larger than a chunk: what it is being
    /// given, both ways of the hub's transport, its connection, and as much again for what keeps them.
    /// </summary>
    public const int Reader = 2 * (Chunk + (2 * Transport) + Connection);

    /// <summary>How long a write to a reader may take; then its connection ends, and it resumes by its cursor.</summary>
    public static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);

    /// <summary>How long a reader may take to hear that the gateway ends.</summary>
    public static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>Sets the bounds of connections and their sockets.</summary>
    public static void UseReaderBounds(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(static kestrel => kestrel.Limits.MaxResponseBufferSize = Connection);
        // HTTP/1.1 and WebSockets write straight into it; MaxResponseBufferSize is HTTP/2's.
        builder.Services.Configure<SocketTransportOptions>(static sockets => sockets.MaxWriteBufferSize = Connection);
    }
}
