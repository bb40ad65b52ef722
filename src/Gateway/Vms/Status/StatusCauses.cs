using System.Text.Json;
using QmpGateway.Qmp;

namespace Gateway.Vms.Status;

/// <summary>
/// Finds out why a VM is in its state. Candidates are the events since the last change. If a command of this gateway caused an event, the command is the
/// cause. A specific event takes precedence over the STOP that follows it.
/// </summary>
internal sealed class StatusCauses
{
    private const int MaxCandidates = 64;
    private const string Migrate = "migrate";
    private const string MigrationEvent = "MIGRATION";

    private readonly Lock sync = new();
    private readonly List<(StatusCause Event, SentCommand? By)> events = [];
    private readonly List<SentCommand> commands = [];

    /// <summary>Whether a <c>migrate</c> of this gateway may still be in progress.</summary>
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

    /// <summary>Adds an event that QEMU sent.</summary>
    public void Add(QmpEvent happened, long id)
    {
        if (!StatusTransitions.IsEvent(happened.Name))
        {
            return;
        }

        lock (sync)
        {
            // QEMU reports the effect of a command before or soon after its reply, and replies in order.
            var by = commands.Find(command => command.Effect == happened.Name);
            commands.RemoveAll(command => command == by || (StatusTransitions.IsGeneral(happened.Name) && command.IsOverBy(happened.Name)));
            Keep(events, (new StatusCause(happened.Name, id, who: null), by));
        }

        if (happened.Name == MigrationEvent)
        {
            Migration(happened.Data);
        }
    }

    /// <summary>Adds a command that is about to be sent.</summary>
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

    /// <summary>Removes a command that QEMU rejected or never received.</summary>
    public void TakeBack(SentCommand command)
    {
        lock (sync)
        {
            commands.Remove(command);
        }
    }

    /// <summary>Processes the state of the migration as QEMU reported it: <c>{"status"}</c>, or <c>{}</c> if there was no migration.</summary>
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
                // A completed migration is the cause of the next status. A failed one causes nothing.
                migration.IsBrief = migration.IsAnswered = true;
                _ = completed || commands.Remove(migration);
            }

            _ = completed ? 0 : events.RemoveAll(static candidate => candidate.Event.Name == MigrationEvent);
        }
    }

    /// <summary>Returns the cause of a new state; null if it is unknown.</summary>
    public StatusCause? Of(VmStatus status)
    {
        lock (sync)
        {
            var state = status.State.Value;
            var last = events.FindLastIndex(candidate => StatusTransitions.LeadsTo(candidate.Event.Name, status));
            var cause = Specific(status, last)
                ?? commands.FindLast(command => command.Effect is null && command.LeadsTo(state))?.Cause
                ?? (last < 0 ? commands.FindLast(command => command.LeadsTo(state))?.Cause : Told(last, state));
            // Later events may belong to the next change, so they stay candidates.
            events.RemoveRange(0, last + 1);
            commands.RemoveAll(command => command.IsOver || command.EndsIn(state));
            return cause;
        }
    }

    /// <summary>
    /// Returns the cause if the VM left its state and returned to it between two reads, for example because an I/O error recurred at once. Returns null
    /// if the VM did not leave the state.
    /// </summary>
    public StatusCause? Again(VmStatus status)
    {
        lock (sync)
        {
            var last = events.FindLastIndex(static candidate => candidate.Event.Name == RunStateEvents.Stop);
            var cause = !status.Running && Opposite(status, last) >= 0 ? Specific(status, last) : null;
            if (cause is not null)
            {
                events.RemoveRange(0, last + 1);
            }

            commands.RemoveAll(static command => command.IsOver);
            return cause;
        }
    }

    /// <summary>Removes all candidates, because they belong to a previous run.</summary>
    public void Clear()
    {
        lock (sync)
        {
            events.Clear();
            commands.Clear();
        }
    }

    /// <summary>Returns true if the migration is completed, false if it failed or was cancelled, and null if it is in progress.</summary>
    private static bool? IsCompleted(JsonText migration)
    {
        try
        {
            using var json = JsonDocument.Parse(migration.Utf8);
            return json.RootElement.TryGetProperty("status", out var status)
                ? status.GetString() switch { "completed" => true, "none" or "failed" or "cancelled" => false, _ => null }
                : false;
        }
        catch (Exception invalid) when (invalid is JsonException or InvalidOperationException)
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

    /// <summary>Returns the newest specific event up to index <paramref name="last"/> since the guest last started or stopped; null if there is none.</summary>
    private StatusCause? Specific(VmStatus status, int last)
    {
        var first = Opposite(status, last) + 1;
        var found = last < first ? -1 : events.FindLastIndex(last, last + 1 - first, candidate =>
            !StatusTransitions.IsGeneral(candidate.Event.Name) && StatusTransitions.LeadsTo(candidate.Event.Name, status));
        return found < 0 ? null : Told(found, status.State.Value);
    }

    /// <summary>Returns the index of the last event, up to <paramref name="last"/>, after which the guest ran if it is stopped now, or was stopped if it runs now; -1 if there is none.</summary>
    private int Opposite(VmStatus status, int last) => last < 0 ? -1 : events.FindLastIndex(last, candidate =>
        candidate.Event.Name == (status.Running ? RunStateEvents.Stop : RunStateEvents.Resume));

    private StatusCause Told(int at, string state) => events[at] switch
    {
        { By: { } command } when command.LeadsTo(state) => command.Cause,
        var candidate => candidate.Event,
    };
}
