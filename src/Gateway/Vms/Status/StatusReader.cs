namespace Gateway.Vms.Status;

/// <summary>
/// Joins reads of the status: while one <c>query-status</c> is on its way, all later callers share the next. So each answer
/// is newer than its request, and any number of callers costs QEMU one query a round trip.
/// </summary>
internal sealed class StatusReader(Func<Task<VmStatus>> query)
{
    private readonly Lock sync = new();
    private StatusQuestion? current;
    private StatusQuestion? next;

    /// <summary>The question whose answer is newer than this call: sent now, or waiting for the answer to the one before it.</summary>
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
        // Never at once, although the other may be answered by now: this is yet to become the next, and would then stay it for good.
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (sync)
        {
            next = null;
            current = question;
        }

        // Not in the lock, at which all who ask meanwhile would wait for the write.
        return await SendAsync(question);
    }

    private Task<VmStatus> SendAsync(StatusQuestion question)
    {
        question.IsSent = true;
        return query();
    }
}
