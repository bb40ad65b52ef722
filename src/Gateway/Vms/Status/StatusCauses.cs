using System.Text.Json;
using QmpGateway.Qmp;

namespace Gateway.Vms.Status;

/// <summary>
/// Answers why a VM is in its state. Events since the last change are candidates. An event that an own command caused stands for that
/// command; a particular event says more than the STOP that follows it.
/// </summary>
internal sealed class StatusCauses
{
    private const int MaxCandidates = 64;
    private const string Migrate = "migrate";
    private const string MigrationEvent = "MIGRATION";

    private readonly Lock sync = new();
    private readonly List<(StatusCause Event, SentCommand? By)> events = [];
    private readonly List<SentCommand> commands = [];

    /// <summary>Whether an own <c>migrate</c> is not known to be over.</summary>
    public bool AwaitsMigration
    {
        get
        {
            lock (sync)
            {
                return commands.Exists(static command => command.Name == Migrate);
            }
        }
    }

    /// <summary>An event came.</summary>
    public void Add(QmpEvent happened, long id)
    {
        if (!StatusTransitions.IsEvent(happened.Name))
        {
            return;
        }

        lock (sync)
        {
            // QEMU reports the effect of a command before or soon after its answer, and answers in order.
            var by = commands.Find(command => command.Effect == happened.Name);
            commands.RemoveAll(command => command == by || (StatusTransitions.IsGeneral(happened.Name) && command.IsOverBy(happened.Name)));
            Keep(events, (new StatusCause(happened.Name, id, who: null), by));
        }

        if (happened.Name == MigrationEvent)
        {
            Migration(happened.Data);
        }
    }

    /// <summary>A command goes out.</summary>
    public SentCommand Add(string command, string who)
    {
        var sent = new SentCommand(command, who);
        if (StatusTransitions.IsCommand(command))
        {
            lock (sync)
            {
                Keep(commands, sent);
            }
        }

        return sent;
    }

    /// <summary>QEMU refused the command, or never received it.</summary>
    public void TakeBack(SentCommand command)
    {
        lock (sync)
        {
            commands.Remove(command);
        }
    }

    /// <summary>QEMU told the state of its migration: <c>{"status"}</c>, or <c>{}</c> where there was none.</summary>
    public void Migration(JsonText told)
    {
        lock (sync)
        {
            if (IsCompleted(told) is not { } completed)
            {
                return;
            }

            foreach (var migration in commands.FindAll(static command => command.Name == Migrate))
            {
                // The status that follows a completed one is its doing; a failed one leads nowhere.
                migration.IsBrief = migration.IsAnswered = true;
                _ = completed || commands.Remove(migration);
            }

            _ = completed ? 0 : events.RemoveAll(static candidate => candidate.Event.Name == MigrationEvent);
        }
    }

    /// <summary>What led to a state that was not there before; null where nothing is known to.</summary>
    public StatusCause? Of(VmStatus status)
    {
        lock (sync)
        {
            var state = status.State.Value;
            var last = events.FindLastIndex(candidate => StatusTransitions.LeadsTo(candidate.Event.Name, status));
            var cause = Particular(status, last)
                ?? commands.FindLast(command => command.Effect is null && command.LeadsTo(state))?.Cause
                ?? (last < 0 ? commands.FindLast(command => command.LeadsTo(state))?.Cause : Told(last, state));
            // What came later may have led on already, and is kept for the next change.
            events.RemoveRange(0, last + 1);
            commands.RemoveAll(command => command.IsOver || command.EndsIn(state));
            return cause;
        }
    }

    /// <summary>
    /// What led back to a state that was left between two questions, as an I/O error does that recurs at once; null where it was not left.
    /// </summary>
    public StatusCause? Again(VmStatus status)
    {
        lock (sync)
        {
            var last = events.FindLastIndex(static candidate => candidate.Event.Name == RunStateEvents.Stop);
            var cause = !status.Running && Opposite(status, last) >= 0 ? Particular(status, last) : null;
            if (cause is not null)
            {
                events.RemoveRange(0, last + 1);
            }

            commands.RemoveAll(static command => command.IsOver);
            return cause;
        }
    }

    /// <summary>Another QEMU runs: what went before led to nothing there.</summary>
    public void Clear()
    {
        lock (sync)
        {
            events.Clear();
            commands.Clear();
        }
    }

    /// <summary>Whether a migration is completed; false where it failed, null where it is under way.</summary>
    private static bool? IsCompleted(JsonText migration)
    {
        try
        {
            using var json = JsonDocument.Parse(migration.Utf8);
            return json.RootElement.TryGetProperty("status", out var status)
                ? status.GetString() switch { "completed" => true, "none" or "failed" or "cancelled" => false, _ => null }
                : false;
        }
        catch (Exception strange) when (strange is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Keep<T>(List<T> list, T candidate)
    {
        if (list.Count == MaxCandidates)
        {
            list.RemoveAt(0);
        }

        list.Add(candidate);
    }

    /// <summary>The newest particular event up to one, since the state was last another; null where there is none.</summary>
    private StatusCause? Particular(VmStatus status, int last)
    {
        var first = Opposite(status, last) + 1;
        var found = last < first ? -1 : events.FindLastIndex(last, last + 1 - first, candidate =>
            !StatusTransitions.IsGeneral(candidate.Event.Name) && StatusTransitions.LeadsTo(candidate.Event.Name, status));
        return found < 0 ? null : Told(found, status.State.Value);
    }

    /// <summary>The last event up to one after which the VM ran, where it does not run now, or the other way round; -1 where there is none.</summary>
    private int Opposite(VmStatus status, int last) => last < 0 ? -1 : events.FindLastIndex(last, candidate =>
        candidate.Event.Name == (status.Running ? RunStateEvents.Stop : RunStateEvents.Resume));

    private StatusCause Told(int at, string state) => events[at] switch
    {
        { By: { } command } when command.LeadsTo(state) => command.Cause,
        var candidate => candidate.Event,
    };
}
