using System.Collections.Frozen;
using Gateway.Data.Sqlite;
using QmpGateway.Qmp;

namespace Gateway.Journal.Sqlite;

/// <summary>
/// For each VM the newest entry of each kind that tells its state, whatever retention drops: what a gateway that starts again knows of
/// its VMs. They are written in the transaction of the entries themselves, so the two never disagree.
/// </summary>
internal static class JournalStates
{
    private static readonly FrozenSet<string> Own = FrozenSet.Create(
        GatewayEvents.VmConnected, GatewayEvents.VmDisconnected, GatewayEvents.VmConnectionChanged, GatewayEvents.VmStatusChanged, GatewayEvents.VmEnded, GatewayEvents.VmRemoved);

    // What a QEMU can make as large as it likes is kept once more only up to this.
    private const int MaxBytes = 64 * 1024;

    // They tell why a VM ended.
    private static readonly FrozenSet<string> OfQemu = FrozenSet.Create(RunStateEvents.Shutdown, RunStateEvents.GuestPanicked, RunStateEvents.Watchdog);

    /// <summary>Makes the table and fills it from the entries that a journal holds already.</summary>
    public static string Create { get; } = $"""
        CREATE TABLE states(
            vm TEXT NOT NULL, event TEXT NOT NULL, id INTEGER NOT NULL, envelope BLOB NOT NULL, checksum INTEGER, PRIMARY KEY (vm, event)) WITHOUT ROWID;
        INSERT INTO states(vm, event, id, envelope, checksum)
            SELECT vm, event, max(id), envelope, checksum FROM events WHERE event IN ({Names(Own)}) AND {OriginIs("gateway")}
                OR event IN ({Names(OfQemu)}) AND {OriginIs("qemu")} GROUP BY vm, event;
        DELETE FROM states WHERE id <= (SELECT removed.id FROM states removed WHERE removed.vm = states.vm AND removed.event = '{GatewayEvents.VmRemoved}');
        """;

    /// <summary>Whether an entry tells a VM's state.</summary>
    public static bool IsState(this JournalEntry entry) =>
        Own.Contains(entry.Name) ? entry.Origin == EventOrigin.Gateway : OfQemu.Contains(entry.Name) && entry.Envelope.Length <= MaxBytes && entry.Origin == EventOrigin.Qemu;

    /// <summary>Keeps an entry that tells a VM's state, in the transaction in which it is written.</summary>
    public static void Keep(Database database, JournalEntry entry)
    {
        if (entry.Name == GatewayEvents.VmRemoved)
        {
            database.Execute("DELETE FROM states WHERE vm = $vm", ("$vm", entry.Vm));
            return;
        }

        database.Execute(
            "INSERT OR REPLACE INTO states(vm, event, id, envelope, checksum) VALUES ($vm, $event, $id, $envelope, $checksum)",
            ("$vm", entry.Vm),
            ("$event", entry.Name),
            ("$id", entry.Id),
            ("$envelope", entry.Envelope.ToArray()),
            ("$checksum", entry.Checksum()));
    }

    /// <summary>All that are kept and are what was written.</summary>
    public static IReadOnlyList<JournalEntry> Read(Database database)
    {
        using var rows = database.Query("SELECT id, vm, event, envelope, checksum FROM states");
        var read = new List<JournalEntry>();
        while (rows.Next())
        {
            if (JournalSchema.EntryOf(rows) is { } entry && entry.IsState())
            {
                read.Add(entry);
            }
        }

        return read;
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(static name => $"'{name}'"));

    private static string OriginIs(string origin) => $"instr(envelope, CAST('\"origin\":\"{origin}\",\"timestamp\":' AS BLOB)) > 0";
}
