using Gateway.Data.Sqlite;

namespace Gateway.Journal.Sqlite;

/// <summary>What retention asks of the journal's file: what there is to drop, the dropping, and the marks of what was dropped. For the thread that writes.</summary>
internal sealed class JournalTrim(Database writer)
{
    // Before this program was there: what a host without a battery for its clock says at first.
    private static readonly DateTimeOffset FirstRight = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The entries in order, from where the first of these VMs has any on; others are among them.</summary>
    public IEnumerable<(long Id, string Vm, string Event, long Bytes)> RowsOf(IReadOnlyCollection<string> vms)
    {
        // There is no index on VMs: the search starts where the last trim ended.
        var from = vms.Min(vm => writer.Number("SELECT coalesce(max(upto), 0) FROM trimmed WHERE vm = $vm", ("$vm", vm)));
        using var rows = writer.Query("SELECT id, vm, event, length(envelope) FROM events WHERE id > $from ORDER BY id", ("$from", from));
        while (rows.Next())
        {
            yield return (rows.Number(0), rows.Text(1), rows.Text(2), rows.Number(3));
        }
    }

    /// <summary>
    /// The newest entry that came before a time, looked for from the oldest on, up to the first that did not. Those that came while the clock was wrong tell
    /// nothing: they stay as long as what is around them.
    /// </summary>
    /// <param name="time">The time.</param>
    /// <param name="now">No entry came after it.</param>
    public long? NewestBefore(DateTimeOffset time, DateTimeOffset now)
    {
        var firstKept = writer.Number("SELECT id FROM events WHERE received BETWEEN $time AND $now ORDER BY id LIMIT 1", ("$time", time.UtcTicks), ("$now", now.UtcTicks));
        return writer.Number(
            "SELECT id FROM events WHERE id < $first AND received BETWEEN $first_right AND $time - 1 ORDER BY id DESC LIMIT 1",
            ("$first", firstKept ?? long.MaxValue), ("$first_right", FirstRight.UtcTicks), ("$time", time.UtcTicks));
    }

    /// <summary>What there is up to an entry.</summary>
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

    /// <summary>Drops what there is up to an entry, and notes in the same transaction what that was.</summary>
    public void Drop(long upTo, IReadOnlyList<(string Vm, string Event, long UpTo)> marks) =>
        Change(marks, () => writer.Execute("DELETE FROM events WHERE id <= $upTo", ("$upTo", upTo)));

    /// <summary>Drops some entries, likewise.</summary>
    public void Drop(IReadOnlyList<long> ids, IReadOnlyList<(string Vm, string Event, long UpTo)> marks) => Change(marks, () =>
    {
        using var delete = writer.Prepare("DELETE FROM events WHERE id = ?");
        foreach (var id in ids)
        {
            delete.Bind(1, id);
            delete.Run();
        }
    });

    /// <summary>For each VM and event, the newest entry that was dropped.</summary>
    public IEnumerable<(string Vm, string Event, long UpTo)> Marks()
    {
        using var rows = writer.Query("SELECT vm, event, upto FROM trimmed");
        while (rows.Next())
        {
            yield return (rows.Text(0), rows.Text(1), rows.Number(2));
        }
    }

    /// <summary>The newest entry that was dropped; null if none was.</summary>
    public long? NewestMark() => writer.Number("SELECT max(upto) FROM trimmed");

    /// <summary>Replaces all marks of what was dropped.</summary>
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
