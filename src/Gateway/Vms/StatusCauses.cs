using System.Collections.Frozen;
using Qmp;

namespace Gateway.Vms;

/// <summary>
/// Answers why a VM is in the state that it is in. Events and own commands since the last change are candidates; each leads
/// to some states only. A command tells more than the event it caused, a particular event more than STOP or RESUME.
/// </summary>
internal sealed class StatusCauses
{
    private const int MaxCandidates = 64;

    private static readonly Dictionary<string, string[]> Particular = new()
    {
        ["guest-panicked"] = ["GUEST_PANICKED"],
        ["watchdog"] = ["WATCHDOG"],
        ["io-error"] = ["BLOCK_IO_ERROR"],
        ["shutdown"] = ["SHUTDOWN"],
        ["suspended"] = ["SUSPEND", "cont"],
        ["paused"] = ["stop"],
        ["prelaunch"] = ["RESET", "system_reset"],
        ["running"] = ["WAKEUP", "cont", "system_wakeup", "x-exit-preconfig", "RESET"],
        ["inmigrate"] = ["migrate-incoming"],
        ["finish-migrate"] = ["MIGRATION", "migrate"],
        ["postmigrate"] = ["MIGRATION", "migrate"],
        ["save-vm"] = ["snapshot-save"],
        ["restore-vm"] = ["snapshot-load"],
    };

    // Events and commands that lead nowhere are no candidates.
    private static readonly FrozenSet<string> Names = Particular.Values.SelectMany(static names => names).Append(RunStateEvents.Stop).Append(RunStateEvents.Resume).ToFrozenSet();

    private readonly Lock sync = new();
    private readonly List<StatusCause> candidates = [];

    /// <summary>An event came.</summary>
    public void Add(string eventName, long id)
    {
        if (Names.Contains(eventName))
        {
            Add(new StatusCause(eventName, id, who: null));
        }
    }

    /// <summary>A command goes out. Answers what takes it back, should it not get there or QEMU refuse it.</summary>
    public Action Add(string command, string who)
    {
        if (!Names.Contains(command))
        {
            return static () => { };
        }

        var candidate = new StatusCause(command, entry: null, who);
        Add(candidate);
        return () =>
        {
            lock (sync)
            {
                candidates.Remove(candidate);
            }
        };
    }

    /// <summary>What led to a state that was not there before; null where nothing is known to.</summary>
    public StatusCause? Of(VmStatus status)
    {
        lock (sync)
        {
            var last = candidates.FindLastIndex(candidate => LeadsTo(candidate, status));
            if (last < 0)
            {
                return null;
            }

            // What came later may have led on already, and is kept for the next change.
            var leading = candidates.Take(last + 1).Where(candidate => LeadsTo(candidate, status)).ToArray();
            candidates.RemoveRange(0, last + 1);
            return leading.LastOrDefault(static c => c.IsCommand) ?? leading.LastOrDefault(static c => !IsGeneral(c)) ?? leading[^1];
        }
    }

    /// <summary>Another QEMU runs: what went before led to nothing there.</summary>
    public void Clear()
    {
        lock (sync)
        {
            candidates.Clear();
        }
    }

    private static bool LeadsTo(StatusCause candidate, VmStatus status) =>
        candidate.Name == (status.Running ? RunStateEvents.Resume : RunStateEvents.Stop)
        || (Particular.TryGetValue(status.State.Value, out var names) && names.Contains(candidate.Name));

    private static bool IsGeneral(StatusCause candidate) => candidate.Name is RunStateEvents.Stop or RunStateEvents.Resume;

    private void Add(StatusCause candidate)
    {
        lock (sync)
        {
            if (candidates.Count == MaxCandidates)
            {
                candidates.RemoveAt(0);
            }

            candidates.Add(candidate);
        }
    }
}
