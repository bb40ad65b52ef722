namespace Gateway.Vms.Status;

/// <summary>
/// Combines reads of the status: while a <c>query-status</c> is in progress, all later callers share the next one. Each reply is newer than the
/// call that it completes, and any number of callers costs QEMU one query per round trip.
/// </summary>
internal sealed class StatusReader(Func<Task<VmStatus>> query)
{
    private readonly Lock sync = new();
    private StatusQuestion? current;
    private StatusQuestion? next;

    /// <summary>Returns a query whose reply is newer than this call. It is sent now, or after the reply to the previous query.</summary>
    public StatusQuestion Join()
    {
        lock (sync)
        {
            if (next is null && current is { Answer: { IsCompleted: false } underWay })
            {
                next = new StatusQuestion(question => AfterAsync(underWay, question));
            }

            return next ?? (current = new StatusQuestion(SendAsync));
        }
    }

    private async Task<VmStatus> AfterAsync(Task previous, StatusQuestion question)
    {
        // Always yields, even if the previous query is already complete. Join assigns this query to `next` after this call returns. Without
        // yielding, `next` would be cleared before it is assigned, and this query would stay the next one forever.
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (sync)
        {
            next = null;
            current = question;
        }

        // Outside the lock, so that other callers do not wait for the write.
        return await SendAsync(question);
    }

    private Task<VmStatus> SendAsync(StatusQuestion question)
    {
        question.IsSent = true;
        return query();
    }
}
