using System.Threading.RateLimiting;
using Gateway.Journal;

namespace Gateway.Hubs;

/// <summary>
/// Limits how many large events are sent at the same time. SignalR copies each message into the buffer of its connection, where it stays until the client
/// reads it. So only a few clients receive a large event at a time, and a client that does not read it soon is disconnected and can resume from its
/// cursor. Small events are not limited.
/// </summary>
public sealed class LargeMessages(TimeProvider time) : IDisposable
{
    /// <summary>The size in bytes from which an event counts as large.</summary>
    public const int Size = 1024 * 1024;

    // In MiB.
    private const int MaxAtATime = 256;

    /// <summary>How long a client may take to read one large event.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrencyLimiter mebibytes = new(new ConcurrencyLimiterOptions { PermitLimit = MaxAtATime, QueueLimit = int.MaxValue });

    /// <summary>Waits until an event may be written. Dispose the result after the write. Returns null for an event that is not large.</summary>
    /// <param name="entry">The entry to write.</param>
    /// <param name="abort">Aborts the connection of a client that takes too long.</param>
    /// <param name="cancellationToken">Cancelled when the client disconnects.</param>
    public async ValueTask<IDisposable?> TakeAsync(JournalEntry entry, Action abort, CancellationToken cancellationToken)
    {
        if (entry.Envelope.Length < Size)
        {
            return null;
        }

        var lease = await mebibytes.AcquireAsync(Math.Min(MaxAtATime, entry.Envelope.Length / Size), cancellationToken);
        return new Turn(lease, time.CreateTimer(_ => abort(), null, Patience, Timeout.InfiniteTimeSpan));
    }

    /// <inheritdoc/>
    public void Dispose() => mebibytes.Dispose();

    private sealed class Turn(RateLimitLease lease, ITimer patience) : IDisposable
    {
        public void Dispose()
        {
            patience.Dispose();
            lease.Dispose();
        }
    }
}
