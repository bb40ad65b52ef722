namespace Gateway.Vms;

/// <summary>
/// Joins reads of the status: while one <c>query-status</c> is on its way, all later callers share the next. So each answer
/// is newer than its request, and any number of callers costs QEMU one query a round trip.
/// </summary>
internal sealed class StatusReader(Func<Task<VmStatus>> query)
{
    private readonly Lock sync = new();
    private Task<VmStatus>? current;
    private Task<VmStatus>? next;

    /// <param name="queued">Whether the question waits for another's answer first; else it is sent, and its own time runs.</param>
    public Task<VmStatus> ReadAsync(out bool queued)
    {
        lock (sync)
        {
            queued = true;
            if (current is { IsCompleted: false } underWay)
            {
                return next ??= AfterAsync(underWay);
            }

            queued = next is not null;
            return next ?? (current = query());
        }
    }

    private async Task<VmStatus> AfterAsync(Task previous)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task<VmStatus> mine;
        lock (sync)
        {
            next = null;
            mine = current = query();
        }

        return await mine;
    }
}
