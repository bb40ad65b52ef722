namespace Gateway.Vms.Status;

/// <summary>A <c>query-status</c>, shared by all callers that joined before it was sent.</summary>
internal sealed class StatusQuestion
{
    private volatile bool isSent;
    private int reported;

    /// <param name="answer">Sends the query, now or when its turn comes.</param>
    public StatusQuestion(Func<StatusQuestion, Task<VmStatus>> answer) => Answer = answer(this);

    /// <summary>The status. Fails if the command fails.</summary>
    public Task<VmStatus> Answer { get; }

    /// <summary>Whether the query was sent: it may have reached QEMU, and its timeout has started.</summary>
    public bool IsSent
    {
        get => isSent;
        set => isSent = value;
    }

    /// <summary>Returns true on the first call only. Callers that share a query also share its late reply, which is reported once.</summary>
    public bool BeginTelling() => Interlocked.Exchange(ref reported, 1) == 0;
}
