namespace Gateway.Journal;

/// <summary>The waiting events of a VM.</summary>
internal sealed class WaitingShare(string vm)
{
    /// <summary>The total cost of the waiting events.</summary>
    public long Bytes { get; set; }

    /// <summary>The lost events that have not been reported yet; null if there are none.</summary>
    public WaitingLoss? Loss { get; set; }

    /// <summary>Used while events are dropped: the cost of each remaining event, oldest first.</summary>
    public Queue<long> Costs { get; } = [];

    /// <summary>Used while events are dropped: how many are still to be dropped.</summary>
    public int ToLose { get; set; }

    /// <summary>The VM.</summary>
    public string Vm => vm;

    /// <summary>Counts a lost event.</summary>
    public void Lose(WaitingEvent item) => Loss = new WaitingLoss((Loss?.Count ?? 0) + 1, Loss?.From ?? item.ReceivedAt, item.ReceivedAt, item.Id);
}
