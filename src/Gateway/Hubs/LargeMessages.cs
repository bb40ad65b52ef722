using System.Threading.RateLimiting;
using Gateway.Journal;

namespace Gateway.Hubs;

/// <summary>
/// Turns for large events. SignalR copies a message whole into the buffer of each connection, and there it stays until the client reads: so few clients
/// get a large one at a time, and one that does not read it soon is disconnected, and resumes by its cursor. Small events have no part in this.
/// </summary>
public sealed class LargeMessages(TimeProvider time) : IDisposable
{
    /// <summary>A message from which on it is large.</summary>
    public const int Size = 1024 * 1024;

    private const int MaxAtATime = 256;

    /// <summary>How long a client may take for one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrencyLimiter mebibytes = new(new ConcurrencyLimiterOptions { PermitLimit = MaxAtATime, QueueLimit = int.MaxValue });

    /// <summary>Waits for a turn; it lasts until it is disposed. There is none for what is not large.</summary>
    /// <param name="entry">What is to be written.</param>
    /// <param name="abort">Ends the connection of a client that takes too long.</param>
    /// <param name="cancellationToken">The client went.</param>
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
