using Gateway.Journal;
using Qmp;

namespace Gateway.Vms;

/// <summary>
/// What is known of a VM, and the journal's entries about its changes. The state changes before the entry is appended: whoever
/// takes the journal's head first and looks at the state then will find every later change in the journal.
/// </summary>
/// <param name="id">The VM's id.</param>
/// <param name="connectedBefore">Whether there may have been a connection to it before.</param>
/// <param name="journal">Takes the entries.</param>
/// <param name="time">The clock.</param>
/// <param name="unreachable">Told, with the state before, when attempts to connect begin to fail in another way.</param>
internal sealed class VmState(
    string id, bool connectedBefore, IJournal journal, TimeProvider time, Action<ConnectionState, ConnectionSnapshot>? unreachable = null)
{
    private const string Silent = "QEMU does not answer: its main loop does not run; commands are still sent, and out-of-band ones pass";

    private readonly Lock sync = new();
    private readonly StatusCauses causes = new();
    private bool connectedBefore = connectedBefore;
    private bool untold;
    private long lastEvent;
    private volatile VmSnapshot snapshot = new()
    {
        Connection = new ConnectionSnapshot(ConnectionState.Connecting, time.GetUtcNow(), Reason: null, Attempts: 0),
    };

    public VmSnapshot Snapshot => snapshot;

    /// <summary>The journal's id of the last event that QEMU sent; 0 before the first.</summary>
    public long LastEvent => Volatile.Read(ref lastEvent);

    /// <summary>An attempt begins. Only the very first shows: later ones leave what the last one found.</summary>
    public void Attempting()
    {
        lock (sync)
        {
            snapshot = snapshot with { Connection = snapshot.Connection with { Attempts = snapshot.Connection.Attempts + 1 } };
        }
    }

    /// <summary>An attempt failed, or hangs in a way that already tells.</summary>
    public void NotConnected(ConnectionState state, string reason)
    {
        ConnectionSnapshot before, now;
        lock (sync)
        {
            before = snapshot.Connection;
            now = ChangeConnection(state, reason);
        }

        if (before.State != state)
        {
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

    public void Connected(QmpGreeting qemu, string run, VmStatus? status)
    {
        lock (sync)
        {
            var resumed = connectedBefore;
            connectedBefore = true;
            if (run != snapshot.Run)
            {
                causes.Clear();
            }

            snapshot = snapshot with
            {
                Connection = new ConnectionSnapshot(ConnectionState.Connected, time.GetUtcNow(), Reason: null, Attempts: 0) { IsInUse = true },
                Qemu = qemu,
                Run = run,
            };
            Append(GatewayEvents.VmConnected, json =>
            {
                json.WriteStartObject("qemu");
                json.WriteString("version", qemu.Version);
                json.WriteString("package", qemu.Package);
                json.WriteEndObject();
                json.WriteRaw("status", status?.Text);
                json.WriteBoolean("resumed", resumed);
            });
            untold = status is null;
            if (status is not null)
            {
                Observed(status);
            }
        }
    }

    public void Disconnected(string reason)
    {
        lock (sync)
        {
            snapshot = snapshot with
            {
                Connection = new ConnectionSnapshot(ConnectionState.Disconnected, time.GetUtcNow(), reason, Attempts: 0),
            };
            Append(GatewayEvents.VmDisconnected, json => json.WriteString("reason", reason));
        }
    }

    /// <summary>QEMU told its status.</summary>
    public void Observed(VmStatus status)
    {
        lock (sync)
        {
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
            Append(GatewayEvents.VmStatusChanged, json =>
            {
                json.WriteRaw("status", status.Text);
                json.WriteRaw("previous", previous?.Text);
                json.WriteRaw("cause", cause?.ToJson());
            });
        }
    }

    /// <summary>QEMU sent an event.</summary>
    public void Happened(QmpEvent happened)
    {
        var entry = journal.Append(new NewEvent(id, happened.Name, EventOrigin.Qemu, happened.Data, happened.Timestamp));
        Volatile.Write(ref lastEvent, entry);
        causes.Add(happened, entry);
    }

    /// <summary>What led to the status.</summary>
    public StatusCauses Causes => causes;

    /// <summary>An answer came to a command whose client was told that its time was up.</summary>
    public void FinishedLate(VmCommand command, QmpCommandException? refusal) => Append(GatewayEvents.CommandFinishedLate, json =>
    {
        json.WriteString("command", command.Command.Name);
        json.WriteString("outcome", refusal is null ? "done" : "refused");
        if (refusal is not null)
        {
            json.WriteStartObject("qmpError");
            json.WriteString("class", refusal.ErrorClass);
            json.WriteString("desc", refusal.Description);
            json.WriteEndObject();
        }

        json.WriteString("who", command.Caller.Who);
        json.WriteString("traceId", command.Caller.TraceId);
    });

    private ConnectionSnapshot ChangeConnection(ConnectionState state, string? reason)
    {
        var before = snapshot.Connection;
        var changes = before.State != state;
        var now = before with { State = state, Since = changes ? time.GetUtcNow() : before.Since, Reason = reason };
        snapshot = snapshot with { Connection = now };
        if (changes)
        {
            Append(GatewayEvents.VmConnectionChanged, json =>
            {
                json.WriteString("state", state.Name());
                json.WriteString("previous", before.State.Name());
                json.WriteString("reason", reason);
            });
        }

        return now;
    }

    private void Append(string name, Action<System.Text.Json.Utf8JsonWriter> data) => journal.AppendOwn(id, name, time.GetUtcNow(), data);
}
