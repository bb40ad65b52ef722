using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Gateway.Journal;

/// <summary>Tracks the live readers of the journal and their positions.</summary>
public sealed class JournalReaders(IJournal journal)
{
    /// <summary>Readers of server-sent events.</summary>
    public const string ServerSentEvents = "sse";

    /// <summary>Subscribers of the hub.</summary>
    public const string Hub = "hub";

    /// <summary>Streams of the hub.</summary>
    public const string HubStream = "hub-stream";

    private readonly ConcurrentDictionary<Reader, bool> readers = new();

    /// <summary>Clients of native QMP.</summary>
    public const string NativeQmp = "qmp";

    /// <summary>The kinds of readers.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [ServerSentEvents, Hub, HubStream, NativeQmp];

    /// <summary>Returns how many readers of a kind there are, and how many entries the slowest of them is behind.</summary>
    public (int Count, long Lag) Measure(string kind)
    {
        var head = journal.Head;
        var cursors = readers.Keys.Where(reader => reader.Kind == kind).Select(static reader => reader.Cursor).ToArray();
        return (cursors.Length, cursors.Length == 0 ? 0 : Math.Max(0, head - cursors.Min()));
    }

    /// <summary>Calls <see cref="IJournal.FollowAsync"/>, and counts the caller as a reader of a kind.</summary>
    public async IAsyncEnumerable<JournalBatch> FollowAsync(
        string kind, EventFilter filter, long after, TimeSpan? heartbeat, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new Reader(kind) { Cursor = after };
        readers.TryAdd(reader, true);
        try
        {
            await foreach (var batch in journal.FollowAsync(filter, after, heartbeat, cancellationToken))
            {
                yield return batch;
                // After the yield, because only now the reader has processed the batch.
                reader.Cursor = batch.Cursor;
            }
        }
        finally
        {
            readers.TryRemove(reader, out _);
        }
    }

    private sealed class Reader(string kind)
    {
        private long cursor;

        public string Kind => kind;

        public long Cursor
        {
            get => Volatile.Read(ref cursor);
            set => Volatile.Write(ref cursor, value);
        }
    }
}
