using Gateway.Journal;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>Pages of history while the journal is trimmed.</summary>
public sealed class PageTests
{
    [Fact]
    public async Task Reading_from_the_start_goes_on_from_what_is_the_start_by_then()
    {
        var journal = new TrimmedMeanwhile(trims: 3);

        var page = await journal.ReadPageAsync(EventFilter.All, "start", 10, TestJournal.Cancelled);

        Assert.Equal(4, page.Cursor);
        Assert.Empty(page.Entries);
        await Assert.ThrowsAsync<CursorExpiredException>(() => new TrimmedMeanwhile(trims: 3).ReadPageAsync(EventFilter.All, "0", 10, TestJournal.Cancelled));
    }

    /// <summary>Each of the first reads finds that the place it reads from was dropped meanwhile.</summary>
    private sealed class TrimmedMeanwhile(int trims) : IJournal
    {
        private int reads;

        public long Head => trims + 1;

        public long LastAppended => Head;

        public long Append(NewEvent entry) => throw new NotSupportedException();

        public long Oldest(EventFilter filter) => 0;

        public void Validate(EventFilter filter, long after)
        {
        }

        public ValueTask<JournalBatch> ReadAsync(EventFilter filter, long after, int limit, CancellationToken cancellationToken) =>
            reads++ < trims ? throw new CursorExpiredException(after, after + 1) : ValueTask.FromResult(new JournalBatch([], Head));

        public IAsyncEnumerable<JournalBatch> FollowAsync(EventFilter filter, long after, TimeSpan? heartbeat, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
