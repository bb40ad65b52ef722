using System.Text.Json;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Vms.Runs;
using Gateway.Vms.Sessions;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms.Registry;

/// <summary>What was known of a VM when the gateway ended, or when its session did.</summary>
internal sealed record LastKnown
{
    /// <summary>What is known; of the connection nothing is.</summary>
    public required VmSnapshot Snapshot { get; init; }

    /// <summary>Where it was last connected; null if it never was.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Whether the journal calls it connected.</summary>
    public bool IsConnected { get; init; }

    /// <summary>What its QEMU said that leads to its end.</summary>
    public RunEnd End { get; init; } = new();

    /// <summary>What the journal's last states of VMs tell, by VM.</summary>
    public static IReadOnlyDictionary<string, LastKnown> Of(IEnumerable<JournalEntry> states, DateTimeOffset now) =>
        states.GroupBy(static entry => entry.Vm).ToDictionary(static vm => vm.Key, vm => Of(vm.ToDictionary(static entry => entry.Name), now));

    /// <summary>Tells what became of a VM that nobody names any more since the gateway last ran.</summary>
    public void TellGone(string id, VmEnvironment environment)
    {
        var endpoint = QmpEndpoint.TryParse(Endpoint, out var parsed) ? parsed : null;
        var socketGone = endpoint is UnixQmpEndpoint unix && UnixFile.Look(unix.Path) is null;
        new VmState(id, connectedBefore: true, environment.Journal, environment.Time, unreachable: null, endpoint, this).NotConnected(
            ConnectionState.NoSocket,
            socketGone ? $"there is no {Endpoint} any more" : "the gateway was started without this VM",
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
            // A status told after it is the word of a QEMU that lives on.
            if (word.Name != RunStateEvents.Shutdown || word.Id > changed)
            {
                signs.Add(word.Name, word.Data(), word.Id);
            }
        }

        return new LastKnown { Snapshot = snapshot, Endpoint = endpoint, IsConnected = isConnected, End = signs };

        long Id(string name) => states.TryGetValue(name, out var entry) ? entry.Id : 0;

        // A list shows the state that was told last until another is: otherwise nothing would tell of the one after it.
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
