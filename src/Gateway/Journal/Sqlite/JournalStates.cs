using System.Collections.Frozen;
using Gateway.Data.Sqlite;
using QmpGateway.Qmp;

namespace Gateway.Journal.Sqlite;

/// <summary>
/// The newest state entry of each kind for each VM. Retention does not drop them, so that a gateway knows the last states of its VMs after a restart. They
/// are written in the same transaction as the entries themselves, so the two are always consistent.
/// </summary>
internal static class JournalStates
{
    private static readonly FrozenSet<string> Own = FrozenSet.Create(
        GatewayEvents.VmConnected, GatewayEvents.VmDisconnected, GatewayEvents.VmConnectionChanged, GatewayEvents.VmStatusChanged, GatewayEvents.VmEnded, GatewayEvents.VmRemoved);

    // A larger event of QEMU is not stored a second time, because its size is not limited otherwise.
    private const int MaxBytes = 64 * 1024;

    // These events explain why a VM ended.
    private static readonly FrozenSet<string> OfQemu = FrozenSet.Create(RunStateEvents.Shutdown, RunStateEvents.GuestPanicked, RunStateEvents.Watchdog);

    /// <summary>The SQL that creates the table and fills it from the existing entries of a journal.</summary>
    public static string Create { get; } = $"""
        CREATE TABLE states(
            vm TEXT NOT NULL, event TEXT NOT NULL, id INTEGER NOT NULL, envelope BLOB NOT NULL, checksum INTEGER, PRIMARY KEY (vm, event)) WITHOUT ROWID;
        INSERT INTO states(vm, event, id, envelope, checksum)
            SELECT vm, event, max(id), envelope, checksum FROM events WHERE event IN ({Names(Own)}) AND {OriginIs("gateway")}
                OR event IN ({Names(OfQemu)}) AND {OriginIs("qemu")} GROUP BY vm, event;
        DELETE FROM states WHERE id <= (SELECT removed.id FROM states removed WHERE removed.vm = states.vm AND removed.event = '{GatewayEvents.VmRemoved}');
        """;

    /// <summary>Whether an entry is a state entry.</summary>
    public static bool IsState(this JournalEntry entry) =>
        Own.Contains(entry.Name) ? entry.Origin == EventOrigin.Gateway : OfQemu.Contains(entry.Name) && entry.Envelope.Length <= MaxBytes && entry.Origin == EventOrigin.Qemu;

    /// <summary>Stores a state entry. Call this in the transaction that writes the entry.</summary>
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

    /// <summary>Returns all stored state entries that are not damaged.</summary>
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
