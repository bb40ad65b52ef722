using Gateway.Data.Sqlite;

namespace Gateway.Journal.Sqlite;

/// <summary>The operations of retention on the journal's file: finding entries to drop, dropping them, and storing marks of dropped entries. Only for the writer
/// thread.</summary>
internal sealed class JournalTrim(Database writer)
{
    // Older than this program. A host without a battery-backed clock reports earlier times after a boot.
    private static readonly DateTimeOffset FirstRight = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Returns the entries in order, starting at or before the first entry of these VMs. The result includes entries of other VMs.</summary>
    public IEnumerable<(long Id, string Vm, string Event, long Bytes)> RowsOf(IReadOnlyCollection<string> vms)
    {
        // There is no index on VMs, so the search starts where the last trim of these VMs ended.
        var from = vms.Min(vm => writer.Number("SELECT coalesce(max(upto), 0) FROM trimmed WHERE vm = $vm", ("$vm", vm)));
        using var rows = writer.Query("SELECT id, vm, event, length(envelope) FROM events WHERE id > $from ORDER BY id", ("$from", from));
        while (rows.Next())
        {
            yield return (rows.Number(0), rows.Text(1), rows.Text(2), rows.Number(3));
        }
    }

    /// <summary>
    /// Returns the newest entry before a time, searching from the oldest entry up to the first one that is not before it. Entries that were received while the
    /// clock was wrong are ignored here. They are kept as long as their neighbours.
    /// </summary>
    /// <param name="time">The time.</param>
    /// <param name="now">The current time. An entry with a later time was received while the clock was wrong.</param>
    public long? NewestBefore(DateTimeOffset time, DateTimeOffset now)
    {
        var firstKept = writer.Number("SELECT id FROM events WHERE received BETWEEN $time AND $now ORDER BY id LIMIT 1", ("$time", time.UtcTicks), ("$now", now.UtcTicks));
        return writer.Number(
            "SELECT id FROM events WHERE id < $first AND received BETWEEN $first_right AND $time - 1 ORDER BY id DESC LIMIT 1",
            ("$first", firstKept ?? long.MaxValue), ("$first_right", FirstRight.UtcTicks), ("$time", time.UtcTicks));
    }

    /// <summary>Returns the number and size of the entries up to an id, by VM and event.</summary>
    public IReadOnlyList<JournalTally> Tally(long upTo)
    {
        using var rows = writer.Query("SELECT vm, event, max(id), count(*), sum(length(envelope)) FROM events WHERE id <= $upTo GROUP BY vm, event", ("$upTo", upTo));
        var tally = new List<JournalTally>();
        while (rows.Next())
        {
            tally.Add(new JournalTally(rows.Text(0), rows.Text(1), rows.Number(2), Holding.Of(rows.Number(3), rows.Number(4))));
        }

        return tally;
    }

    /// <summary>Drops all entries up to an id, and stores the marks in the same transaction.</summary>
    public void Drop(long upTo, IReadOnlyList<(string Vm, string Event, long UpTo)> marks) =>
        Change(marks, () => writer.Execute("DELETE FROM events WHERE id <= $upTo", ("$upTo", upTo)));

    /// <summary>Drops some entries, and stores the marks in the same transaction.</summary>
    public void Drop(IReadOnlyList<long> ids, IReadOnlyList<(string Vm, string Event, long UpTo)> marks) => Change(marks, () =>
    {
        using var delete = writer.Prepare("DELETE FROM events WHERE id = ?");
        foreach (var id in ids)
        {
            delete.Bind(1, id);
            delete.Run();
        }
    });

    /// <summary>Returns the newest dropped entry for each VM and event.</summary>
    public IEnumerable<(string Vm, string Event, long UpTo)> Marks()
    {
        using var rows = writer.Query("SELECT vm, event, upto FROM trimmed");
        while (rows.Next())
        {
            yield return (rows.Text(0), rows.Text(1), rows.Number(2));
        }
    }

    /// <summary>Returns the newest dropped entry; null if there is none.</summary>
    public long? NewestMark() => writer.Number("SELECT max(upto) FROM trimmed");

    /// <summary>Replaces all marks of dropped entries.</summary>
    public void Remember(IReadOnlyList<(string Vm, string Event, long UpTo)> marks) => Change(marks, () => writer.Execute("DELETE FROM trimmed"));

    private void Change(IReadOnlyList<(string Vm, string Event, long UpTo)> marks, Action delete)
    {
        using var transaction = writer.Begin();
        delete();
        foreach (var (vm, name, upTo) in marks)
        {
            writer.Execute(
                "INSERT INTO trimmed(vm, event, upto) VALUES ($vm, $event, $upto) ON CONFLICT DO UPDATE SET upto = max(upto, excluded.upto)",
                ("$vm", vm), ("$event", name), ("$upto", upTo));
        }

        transaction.Commit();
    }
}
