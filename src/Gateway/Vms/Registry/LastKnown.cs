using System.Text.Json;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Vms.Runs;
using Gateway.Vms.Sessions;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms.Registry;

/// <summary>The last known state of a VM when the gateway stopped or its session ended.</summary>
internal sealed record LastKnown
{
    /// <summary>The last snapshot. It says nothing about the current connection.</summary>
    public required VmSnapshot Snapshot { get; init; }

    /// <summary>The endpoint of the last connection; null if the VM was never connected.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Whether the VM is connected according to the journal.</summary>
    public bool IsConnected { get; init; }

    /// <summary>The events of the run that explain its end.</summary>
    public RunEnd End { get; init; } = new();

    /// <summary>Reads the last known states, by VM, from the journal's newest state entries.</summary>
    public static IReadOnlyDictionary<string, LastKnown> Of(IEnumerable<JournalEntry> states, DateTimeOffset now) =>
        states.GroupBy(static entry => entry.Vm).ToDictionary(static vm => vm.Key, vm => Of(vm.ToDictionary(static entry => entry.Name), now));

    /// <summary>Appends the disconnect, and if its socket is gone the end, of a VM that was removed from all sources while the gateway was not running.</summary>
    public void TellGone(string id, VmEnvironment environment)
    {
        var endpoint = QmpEndpoint.TryParse(Endpoint, out var parsed) ? parsed : null;
        var socketGone = endpoint is UnixQmpEndpoint unix && UnixFile.Look(unix.Path) is null;
        new VmState(id, connectedBefore: true, environment.Journal, environment.Time, unreachable: null, endpoint, this).NotConnected(
            ConnectionState.NoSocket,
            socketGone ? $"{Endpoint} no longer exists" : "the gateway was started without this VM",
            hasEnded: socketGone);
    }

    private static LastKnown Of(Dictionary<string, JournalEntry> states, DateTimeOffset now)
    {
        var connected = Id(GatewayEvents.VmConnected);
        var changed = Id(GatewayEvents.VmStatusChanged);
        var ended = Id(GatewayEvents.VmEnded);
        var isConnected = connected > Id(GatewayEvents.VmDisconnected);
        var snapshot = new VmSnapshot
        {
            Connection = (isConnected ? null : Connection()) ?? new ConnectionSnapshot(ConnectionState.Connecting, now, Reason: null, Attempts: 0),
        };
        string? endpoint = null;
        if (Data(GatewayEvents.VmConnected) is { } connection)
        {
            var qemu = connection.GetProperty("qemu");
            endpoint = Text(connection, "endpoint");
            snapshot = snapshot with
            {
                Qemu = new QmpGreeting(Text(qemu, "version") ?? "", Text(qemu, "package") ?? "", []),
                Run = Text(connection, "run"),
            };
        }

        if (changed > ended && Data(GatewayEvents.VmStatusChanged) is { } told)
        {
            snapshot = snapshot with
            {
                Status = VmStatus.From(JsonText.From(told.GetProperty("status")), states[GatewayEvents.VmStatusChanged].ReceivedAt()),
                StatusCause = StatusCause.From(told.GetProperty("cause")),
            };
        }

        if (ended > connected && Data(GatewayEvents.VmEnded) is { } over)
        {
            snapshot = snapshot with { Ended = VmEnded.From(over) };
        }

        var signs = new RunEnd();
        foreach (var word in states.Values.Where(entry => entry.Id > connected).OrderBy(static entry => entry.Id))
        {
            // A status after SHUTDOWN shows that QEMU did not quit.
            if (word.Name != RunStateEvents.Shutdown || word.Id > changed)
            {
                signs.Add(word.Name, word.Data(), word.Id);
            }
        }

        return new LastKnown { Snapshot = snapshot, Endpoint = endpoint, IsConnected = isConnected, End = signs };

        long Id(string name) => states.TryGetValue(name, out var entry) ? entry.Id : 0;

        // A list must start with the state that the journal reported last. Otherwise the next change would not be reported.
        ConnectionSnapshot? Connection()
        {
            var name = Id(GatewayEvents.VmConnectionChanged) > Id(GatewayEvents.VmDisconnected) ? GatewayEvents.VmConnectionChanged : GatewayEvents.VmDisconnected;
            return Data(name) is { } told
                ? new ConnectionSnapshot(
                    ConnectionStates.Parse(Text(told, "state")) ?? ConnectionState.Disconnected, states[name].ReceivedAt(), Text(told, "reason"), Attempts: 0)
                : null;
        }

        JsonElement? Data(string name) => states.TryGetValue(name, out var entry) ? entry.Data().ToElement() : null;
    }

    private static string? Text(JsonElement value, string name) => value.TryGetProperty(name, out var text) ? text.GetString() : null;
}
