namespace QmpGateway.Qmp.Connection;

/// <summary>
/// The places in one of QEMU's queues. Commands wait until a place is free, and senders take turns: a sender's hundred commands delay another
/// sender by one command. A sender's urgent commands have separate turns, and go first within a round.
/// </summary>
internal sealed class Lane(int places)
{
    private readonly Lock sync = new();
    private readonly SortedSet<Waiter> waiting = [];
    private readonly Dictionary<(string? Sender, bool Urgent), long> lastRounds = [];
    private int free = places;
    private long round;
    private long arrivals;

    /// <summary>Takes a place, now or when its turn comes.</summary>
    public Task EnterAsync(in QmpCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (sync)
        {
            if (free > 0)
            {
                // If a place is free, no command is waiting.
                free--;
                return Task.CompletedTask;
            }

            var turns = (command.Sender, command.Urgent);
            var turn = lastRounds.TryGetValue(turns, out var last) ? Math.Max(round, last + 1) : round;
            lastRounds[turns] = turn;
            waiter = new Waiter(turn, command.Urgent, arrivals++);
            waiting.Add(waiter);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>Releases a place.</summary>
    public void Leave()
    {
        lock (sync)
        {
            if (waiting.Min is not { } next)
            {
                free++;
                return;
            }

            round = next.Round;
            Remove(next);
            next.SetResult();
        }
    }

    private async Task WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        using var givesUp = cancellationToken.UnsafeRegister(_ => GiveUp(waiter, cancellationToken), null);
        await waiter.Task.ConfigureAwait(false);
    }

    private void GiveUp(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (sync)
        {
            // A command that already got its place releases it itself.
            if (Remove(waiter))
            {
                waiter.SetCanceled(cancellationToken);
            }
        }
    }

    private bool Remove(Waiter waiter)
    {
        var removed = waiting.Remove(waiter);
        if (waiting.Count == 0)
        {
            lastRounds.Clear();
        }

        return removed;
    }

    private sealed class Waiter(long round, bool urgent, long arrival)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), IComparable<Waiter>
    {
        public long Round => round;

        private (long Round, bool Patient, long Arrival) Place => (round, !urgent, arrival);

        public int CompareTo(Waiter? other) => Place.CompareTo(other!.Place);
    }
}
