using Gateway.Data.Sqlite;
using Gateway.Journal;
using Gateway.Journal.Sqlite;

namespace Gateway.Tests.Journal;

/// <summary>A journal's store on a disk that is full, broken or slow when a test says so.</summary>
internal sealed class PlayedDisk(string path) : JournalStore(path, sync: false)
{
    private readonly ManualResetEventSlim going = new(initialState: true);
    private int attempts;

    /// <summary>The code of SQLite that each write fails with; 0 where it works.</summary>
    public int Failure { get; set; }

    /// <summary>How many writes were begun.</summary>
    public int Attempts => Volatile.Read(ref attempts);

    /// <summary>Holds each write up until <see cref="Go"/>.</summary>
    public void Stall() => going.Reset();

    public void Go() => going.Set();

    public override void Append(IReadOnlyList<(JournalEntry Entry, DateTimeOffset ReceivedAt)> entries)
    {
        Interlocked.Increment(ref attempts);
        going.Wait(TestJournal.Patience);
        if (Failure != 0)
        {
            throw new DatabaseException($"SQLite Error {Failure}: 'as played'.", (DatabaseFault)Failure);
        }

        base.Append(entries);
    }
}
