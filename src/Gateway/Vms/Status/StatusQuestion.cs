namespace Gateway.Vms.Status;

/// <summary>One <c>query-status</c>, shared by all who asked before it went out.</summary>
internal sealed class StatusQuestion
{
    private volatile bool isSent;
    private int told;

    /// <param name="answer">Asks it, now or when its turn comes.</param>
    public StatusQuestion(Func<StatusQuestion, Task<VmStatus>> answer) => Answer = answer(this);

    /// <summary>The answer; fails as the command does.</summary>
    public Task<VmStatus> Answer { get; }

    /// <summary>Whether its turn came: it may have reached QEMU, and its own time runs.</summary>
    public bool IsSent
    {
        get => isSent;
        set => isSent = value;
    }

    /// <summary>Answers true once: those who share a question share its late answer too, which is told once.</summary>
    public bool BeginTelling() => Interlocked.Exchange(ref told, 1) == 0;
}
