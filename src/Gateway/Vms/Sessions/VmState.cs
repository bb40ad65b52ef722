using Gateway.Journal;
using Gateway.Vms.Registry;
using Gateway.Vms.Runs;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms.Sessions;

/// <summary>
/// What is known of a VM, and the journal's entries about its changes. The state changes before the entry is appended: whoever
/// takes the journal's head first and looks at the state then will find every later change in the journal.
/// </summary>
/// <param name="id">The VM's id.</param>
/// <param name="connectedBefore">Whether there may have been a connection to it before.</param>
/// <param name="journal">Takes the entries.</param>
/// <param name="time">The clock.</param>
/// <param name="unreachable">Called, with the state before, when attempts to connect begin to fail in another way.</param>
/// <param name="endpoint">Its monitor.</param>
/// <param name="last">What was known of it before.</param>
internal sealed class VmState(
    string id,
    bool connectedBefore,
    IJournal journal,
    TimeProvider time,
    Action<ConnectionState, ConnectionSnapshot>? unreachable = null,
    QmpEndpoint? endpoint = null,
    LastKnown? last = null)
{
    private const string Silent = "QEMU does not answer: its main loop does not run; commands are still sent, and out-of-band ones pass";

    private readonly Lock sync = new();
    private readonly StatusCauses causes = new();
    private readonly VmEntries entries = new(id, journal, time);
    private bool connectedBefore = connectedBefore;
    private string? connectedTo = last?.Endpoint;

    // After a kill -9 the journal calls VMs connected that need not be.
    private bool toldConnected = last?.IsConnected ?? false;
    private bool untold;
    private bool hasFailed;
    private long lastEvent;

    // What leads to the end of the run, and what was heard on the newest connection, which may turn out to be another run's.
    private RunEnd end = last?.End ?? new();
    private RunEnd heard = new();
    private volatile VmSnapshot snapshot = last?.Snapshot ?? new VmSnapshot { Connection = new(ConnectionState.Connecting, time.GetUtcNow(), Reason: null, Attempts: 0) };

    public VmSnapshot Snapshot => snapshot;

    /// <summary>What the next session of this VM begins with, once this one is over.</summary>
    public LastKnown Last => new()
    {
        Snapshot = snapshot with { Connection = snapshot.Connection with { Attempts = 0 } },
        Endpoint = connectedTo,
        End = end,
    };

    /// <summary>The journal's id of the last event that QEMU sent; 0 before the first.</summary>
    public long LastEvent => Volatile.Read(ref lastEvent);

    /// <summary>The journal's id of the entry that tells of <see cref="Snapshot"/>, or of a later one; 0 before the first. Waits for one on its way.</summary>
    public long LastChange
    {
        get { lock (sync) { return entries.Last; } }
    }

    /// <summary>An attempt begins. Only the very first shows: later ones leave what the last one found.</summary>
    public void Attempting()
    {
        lock (sync)
        {
            heard = new RunEnd();
            snapshot = snapshot with { Connection = snapshot.Connection with { Attempts = snapshot.Connection.Attempts + 1 } };
        }
    }

    /// <summary>An attempt failed, or hangs in a way that already tells.</summary>
    /// <param name="state">In which way.</param>
    /// <param name="reason">The same in words.</param>
    /// <param name="hasEnded">Whether a QEMU that was connected there has ended, as its Unix socket is gone or refuses connections.</param>
    public void NotConnected(ConnectionState state, string reason, bool hasEnded = false)
    {
        ConnectionSnapshot before, now;
        lock (sync)
        {
            before = snapshot.Connection;
            if (toldConnected)
            {
                toldConnected = false;
                snapshot = snapshot with { Connection = before with { State = ConnectionState.Disconnected, Reason = reason } };
                entries.Disconnected(reason);
            }

            now = ChangeConnection(state, reason);
            if (hasEnded)
            {
                End();
            }
        }

        if (before.State != state || !hasFailed)
        {
            hasFailed = true; // what an earlier gateway found is news for the log of this one
            unreachable?.Invoke(before.State, now);
        }
    }

    /// <summary>A connection in use does not answer, or answers again.</summary>
    public void Answering(bool answers)
    {
        lock (sync)
        {
            var now = answers ? ConnectionState.Connected : ConnectionState.Stuck;
            if (!snapshot.Connection.IsInUse || snapshot.Connection.State == now)
            {
                return;
            }

            ChangeConnection(now, answers ? null : Silent);
        }

        if (!answers)
        {
            unreachable?.Invoke(ConnectionState.Connected, snapshot.Connection);
        }
    }

    /// <summary>A connection is in use.</summary>
    /// <param name="qemu">The greeting.</param>
    /// <param name="run">The run.</param>
    /// <param name="status">The first status; null where it was not told.</param>
    /// <param name="isProcess">Whether the run is that of a process which can be seen: it has then taken the place of another one.</param>
    public void Connected(QmpGreeting qemu, string run, VmStatus? status, bool isProcess = false)
    {
        lock (sync)
        {
            var resumed = connectedBefore;
            connectedBefore = true;
            var another = run != snapshot.Run;
            if (another)
            {
                causes.Clear();
                if (isProcess)
                {
                    End();
                }
            }

            end = heard;
            connectedTo = endpoint?.ToString();
            toldConnected = true;
            snapshot = snapshot with
            {
                Connection = new ConnectionSnapshot(ConnectionState.Connected, time.GetUtcNow(), Reason: null, Attempts: 0) { IsInUse = true },
                Qemu = qemu,
                Run = run,
                Ended = null,
                EndedBefore = another && snapshot is { Run: { } before, Ended: { } over } ? (before, over) : snapshot.EndedBefore,
            };
            entries.Connected(qemu, run, endpoint, status, resumed);
            untold = status is null;
            if (status is not null)
            {
                Observed(status);
            }
        }
    }

    /// <summary>The connection is over.</summary>
    /// <param name="reason">Why, in words.</param>
    /// <param name="hasEnded">Whether QEMU closed it after a <c>SHUTDOWN</c>.</param>
    /// <param name="livesOn">Whether QEMU answered after the last <c>SHUTDOWN</c> that it sent.</param>
    public void Disconnected(string reason, bool hasEnded = false, bool livesOn = false)
    {
        lock (sync)
        {
            toldConnected = false;
            snapshot = snapshot with { Connection = new ConnectionSnapshot(ConnectionState.Disconnected, time.GetUtcNow(), reason, Attempts: 0) };
            entries.Disconnected(reason);
            if (livesOn)
            {
                end.LivesOn();
            }

            if (hasEnded)
            {
                End();
            }
        }
    }

    /// <summary>QEMU told its status.</summary>
    public void Observed(VmStatus status)
    {
        lock (sync)
        {
            if (!snapshot.Connection.IsInUse)
            {
                // The connection ended before its last answer was looked at.
                return;
            }

            var previous = snapshot.Status;
            var same = previous?.Text == status.Text;
            var again = same ? causes.Again(status) : null;
            if (same && again is null && !untold)
            {
                snapshot = snapshot with { Status = status };
                return;
            }

            // VM_CONNECTED said that the status is not known: then it is told also where it is what it was.
            untold = false;
            var cause = same ? again ?? snapshot.StatusCause : causes.Of(status);
            snapshot = snapshot with { Status = status, StatusCause = cause };
            entries.StatusChanged(status, previous, cause);
        }
    }

    /// <summary>QEMU sent an event.</summary>
    public void Happened(QmpEvent happened)
    {
        var entry = journal.Append(new NewEvent(id, happened.Name, EventOrigin.Qemu, happened.Data, happened.Timestamp));
        Volatile.Write(ref lastEvent, entry);
        causes.Add(happened, entry);
        lock (sync)
        {
            heard.Add(happened.Name, happened.Data, entry);
        }
    }

    /// <summary>What led to the status.</summary>
    public StatusCauses Causes => causes;

    /// <summary>An answer came to a command whose client was told that its time was up.</summary>
    public void FinishedLate(VmCommand command, QmpCommandException? refusal) => entries.FinishedLate(command, refusal);

    private ConnectionSnapshot ChangeConnection(ConnectionState state, string? reason)
    {
        var before = snapshot.Connection;
        var now = before.State == state ? before with { Reason = reason } : before with { State = state, Since = time.GetUtcNow(), Reason = reason };
        snapshot = snapshot with { Connection = now };
        if (before.State != state)
        {
            entries.ConnectionChanged(state, before.State, reason);
        }

        return now;
    }

    /// <summary>The run is over, if there was one here and that is not known yet.</summary>
    private void End()
    {
        if (snapshot is { Run: not null, Ended: null } && connectedTo == endpoint?.ToString())
        {
            var ended = end.At(time.GetUtcNow());
            snapshot = snapshot with { Ended = ended, Status = null, StatusCause = null };
            entries.Ended(ended);
        }
    }
}
