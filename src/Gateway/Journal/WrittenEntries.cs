namespace Gateway.Journal;

/// <summary>Waits for appended entries to be written.</summary>
public static class WrittenEntries
{
    /// <summary>Waits until an entry is on disk. Returns false if it is not on disk in time.</summary>
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
            // So much has been written in the meantime that retention has already dropped some of it.
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
