namespace Gateway.Journal;

/// <summary>Tells when what was appended is on disk.</summary>
public static class WrittenEntries
{
    /// <summary>Waits until an entry is on disk; false where it is not in time.</summary>
    public static async Task<bool> IsWrittenAsync(this IJournal journal, long id, TimeSpan patience, TimeProvider time)
    {
        using var deadline = new CancellationTokenSource(patience, time);
        try
        {
            for (var after = journal.Head; after < id; after = journal.Head)
            {
                await using var batches = journal.FollowAsync(EventFilter.All, after, heartbeat: null, deadline.Token).GetAsyncEnumerator(deadline.Token);
                await batches.MoveNextAsync();
            }

            return true;
        }
        catch (CursorExpiredException)
        {
            // So much was written meanwhile that some of it is gone already.
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
