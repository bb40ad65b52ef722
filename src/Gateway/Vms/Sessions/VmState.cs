using Gateway.Journal;
using Gateway.Vms.Registry;
using Gateway.Vms.Runs;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms.Sessions;

/// <summary>
/// The state of a VM. Appends an entry to the journal for each change. The state changes before the entry is appended. A client that reads the head of
/// the journal first and the state second therefore finds every later change in the journal.
/// </summary>
/// <param name="id">The VM's id.</param>
/// <param name="connectedBefore">Whether the VM may have been connected before.</param>
/// <param name="journal">Receives the entries.</param>
/// <param name="time">The clock.</param>
/// <param name="unreachable">Called with the previous state when attempts to connect start to fail in a different way.</param>
/// <param name="endpoint">The endpoint of its monitor.</param>
/// <param name="last">The last known state of the VM; null if there is none.</param>
internal sealed class VmState(
    string id,
    bool connectedBefore,
    IJournal journal,
    TimeProvider time,
    Action<ConnectionState, ConnectionSnapshot>? unreachable = null,
    QmpEndpoint? endpoint = null,
    LastKnown? last = null)
{
    private readonly Lock sync = new();
    private readonly VmEntries entries = new(id, journal, time);
    private readonly RunEnds ends = new(endpoint, last);

    // Whether the VM is connected according to the journal. After a kill -9 of the gateway, the journal may be out of date.
    private bool reportedConnected = last?.IsConnected ?? false;
    private bool statusUnknown;
    private bool hasFailed;
    private long lastEvent;

    private volatile VmSnapshot snapshot = last?.Snapshot ?? new VmSnapshot { Connection = new(ConnectionState.Connecting, time.GetUtcNow(), Reason: null, Attempts: 0) };

    public VmSnapshot Snapshot => snapshot;

    /// <summary>The last known state, for the next session of this VM.</summary>
    public LastKnown Last => new()
    {
        Snapshot = snapshot with { Connection = snapshot.Connection with { Attempts = 0 } },
        Endpoint = ends.ConnectedTo,
        End = ends.Current,
    };

    /// <summary>The journal id of the last event that QEMU sent; 0 before the first event.</summary>
    public long LastEvent => Volatile.Read(ref lastEvent);

    /// <summary>The id of the journal entry that reports <see cref="Snapshot"/>, or a later one; 0 before the first entry. Waits for an entry that is being appended.</summary>
    public long LastChange
    {
        get { lock (sync) { return entries.Last; } }
    }

    /// <summary>Counts an attempt to connect. Only the first one shows as a state. Later attempts keep the state that the previous one found.</summary>
    public void Attempting()
    {
        lock (sync)
        {
            ends.Attempting();
            snapshot = snapshot with { Connection = snapshot.Connection with { Attempts = snapshot.Connection.Attempts + 1 } };
        }
    }

    /// <summary>Sets the state after an attempt failed, or while it hangs in a known way.</summary>
    /// <param name="state">The new state.</param>
    /// <param name="reason">The reason, in words.</param>
    /// <param name="hasEnded">Whether the QEMU that was connected there has quit, because its Unix socket is gone or refuses connections.</param>
    /// <param name="isDenied">Whether the system denies the gateway access to the socket.</param>
    public void NotConnected(ConnectionState state, string reason, bool hasEnded = false, bool isDenied = false)
    {
        ConnectionSnapshot before, now;
        lock (sync)
        {
            before = snapshot.Connection;
            if (reportedConnected)
            {
                reportedConnected = false;
                snapshot = snapshot with { Connection = before with { State = ConnectionState.Disconnected, Reason = reason } };
                entries.Disconnected(reason);
            }

            now = ChangeConnection(state, reason, isDenied);
            EndIf(hasEnded);
        }

        if (before.State != state || !hasFailed)
        {
            hasFailed = true; // a state from before a restart must still be logged once by this gateway
            unreachable?.Invoke(before.State, now);
        }
    }

    /// <summary>Sets whether QEMU replies on a connection in use.</summary>
    public void Answering(bool answers)
    {
        lock (sync)
        {
            var now = answers ? ConnectionState.Connected : ConnectionState.Stuck;
            if (!snapshot.Connection.IsInUse || snapshot.Connection.State == now)
            {
                return;
            }

            ChangeConnection(now, answers ? null : ConnectionAdvice.Silent);
        }

        if (!answers)
        {
            unreachable?.Invoke(ConnectionState.Connected, snapshot.Connection);
        }
    }

    /// <summary>Sets the state to connected.</summary>
    /// <param name="qemu">The greeting.</param>
    /// <param name="run">The id of the run.</param>
    /// <param name="status">The first status; null if QEMU did not report it.</param>
    /// <param name="isProcess">Whether <paramref name="run"/> identifies a process. If so, a different run means that the previous process has quit.</param>
    public void Connected(QmpGreeting qemu, string run, VmStatus? status, bool isProcess = false)
    {
        lock (sync)
        {
            var resumed = connectedBefore;
            connectedBefore = true;
            var another = run != snapshot.Run;
            if (another)
            {
                Causes.Clear();
                EndIf(isProcess);
            }

            ends.Connected();
            reportedConnected = true;
            snapshot = snapshot with
            {
                Connection = new ConnectionSnapshot(ConnectionState.Connected, time.GetUtcNow(), Reason: null, Attempts: 0) { IsInUse = true },
                Qemu = qemu,
                Run = run,
                Ended = null,
                EndedBefore = another && snapshot is { Run: { } before, Ended: { } over } ? (before, over) : snapshot.EndedBefore,
            };
            entries.Connected(qemu, run, endpoint, status, resumed);
            statusUnknown = status is null;
            if (status is not null)
            {
                Observed(status);
            }
        }
    }

    /// <summary>Sets the state to disconnected.</summary>
    /// <param name="reason">The reason, in words.</param>
    /// <param name="hasEnded">Whether QEMU closed it after a <c>SHUTDOWN</c>.</param>
    /// <param name="livesOn">Whether QEMU still replied after its last <c>SHUTDOWN</c>, or sent none.</param>
    public void Disconnected(string reason, bool hasEnded = false, bool livesOn = false)
    {
        lock (sync)
        {
            reportedConnected = false;
            snapshot = snapshot with { Connection = new ConnectionSnapshot(ConnectionState.Disconnected, time.GetUtcNow(), reason, Attempts: 0) };
            entries.Disconnected(reason);
            if (livesOn)
            {
                ends.Current.LivesOn();
            }

            EndIf(hasEnded);
        }
    }

    /// <summary>Sets the status that QEMU reported.</summary>
    public void Observed(VmStatus status)
    {
        lock (sync)
        {
            if (!snapshot.Connection.IsInUse)
            {
                // The connection ended before its last reply was processed.
                return;
            }

            var previous = snapshot.Status;
            var same = previous?.Text == status.Text;
            var again = same ? Causes.Again(status) : null;
            if (same && again is null && !statusUnknown)
            {
                snapshot = snapshot with { Status = status };
                return;
            }

            // VM_CONNECTED had no status, so the first status is reported even if it is the same as the last known one.
            statusUnknown = false;
            var cause = same ? again ?? snapshot.StatusCause : Causes.Of(status);
            snapshot = snapshot with { Status = status, StatusCause = cause };
            entries.StatusChanged(status, previous, cause);
        }
    }

    /// <summary>Appends an event that QEMU sent.</summary>
    public void Happened(QmpEvent happened)
    {
        var entry = journal.Append(new NewEvent(id, happened.Name, EventOrigin.Qemu, happened.Data, happened.Timestamp));
        Volatile.Write(ref lastEvent, entry);
        Causes.Add(happened, entry);
        lock (sync)
        {
            ends.Add(happened, entry);
        }
    }

    /// <summary>The causes of the status.</summary>
    public StatusCauses Causes { get; } = new();

    /// <summary>Appends the outcome of a command whose reply arrived after its timeout.</summary>
    public void FinishedLate(VmCommand command, QmpCommandException? refusal) => entries.FinishedLate(command, refusal);

    private ConnectionSnapshot ChangeConnection(ConnectionState state, string? reason, bool isDenied = false)
    {
        var before = snapshot.Connection;
        var now = before with { State = state, Since = before.State == state ? before.Since : time.GetUtcNow(), Reason = reason, IsDenied = isDenied };
        snapshot = snapshot with { Connection = now };
        if (before.State != state)
        {
            entries.ConnectionChanged(state, before.State, reason);
        }

        return now;
    }

    private void EndIf(bool hasEnded)
    {
        if (hasEnded && ends.EndOf(snapshot, time.GetUtcNow()) is { } ended)
        {
            snapshot = snapshot with { Ended = ended, Status = null, StatusCause = null };
            entries.Ended(ended);
        }
    }
}
