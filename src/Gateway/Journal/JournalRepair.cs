using Gateway.Data.Sqlite;
using Gateway.Journal.Sqlite;

namespace Gateway.Journal;

/// <summary>
/// Moves a damaged journal aside and replaces it with a new one that has the readable entries. They get new ids above all that were ever assigned. Every
/// cursor of the old journal is therefore expired, and never refers to another event.
/// </summary>
internal sealed partial class JournalRepair(string path, TimeProvider time, ILogger logger)
{
    private const int Group = 10_000;

    // Complete before the damaged journal is moved. If the repair is interrupted after that, the next start finishes it.
    private string Repaired => path + ".repaired";

    /// <summary>Finishes a repair that was interrupted before the new journal was in place.</summary>
    public void Finish()
    {
        if (!Path.Exists(path) && File.Exists(Repaired))
        {
            Replace();
        }
    }

    /// <summary>Repairs the journal if it is damaged.</summary>
    /// <param name="knownVms">The VMs in the registry. Each gets an event that reports the loss.</param>
    public void Run(IEnumerable<string> knownVms)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        using var old = Open(out var fault);
        if (fault is null)
        {
            LogUndamaged(path);
            return;
        }

        var (kept, above, last) = Rebuild(old, knownVms);
        old?.Dispose();
        var aside = Replace();
        JournalIds.Renew(path, last);
        LogRepaired(path, fault, aside, kept, above);
    }

    private JournalSalvage? Open(out string? fault)
    {
        JournalSalvage? old = null;
        try
        {
            DataFiles.Check(path);
            old = new JournalSalvage(path);
            fault = old.Fault();
            if (fault is null && old.Entries().LongCount() is var _ && old.Damaged > 0)
            {
                fault = $"{old.Damaged} entries are damaged";
            }

            return old;
        }
        catch (Exception failure) when (DataFiles.IsDamage(failure))
        {
            fault = failure.Message;
            return Path.Exists(path) && !Directory.Exists(path) ? TryOpen() : null;
        }
        catch (Exception failure) when (failure is DatabaseException or IOException or UnauthorizedAccessException or NewerJournalException)
        {
            old?.Dispose();
            throw DataFiles.Refusal("The journal", path, failure);
        }
    }

    // A truncated file may be partly readable.
    private JournalSalvage? TryOpen()
    {
        try
        {
            return new JournalSalvage(path);
        }
        catch (Exception unreadable) when (unreadable is DatabaseException or InvalidDataException or NewerJournalException)
        {
            return null;
        }
    }

    private (long Kept, long Above, long Last) Rebuild(JournalSalvage? old, IEnumerable<string> knownVms)
    {
        foreach (var left in DataFiles.All(Repaired))
        {
            File.Delete(left);
        }

        // The file may have lost its newest entries with their ids, and the file of reserved ids may be lost, too. A damaged number may have any value, so
        // an id that exceeds the integer range of JavaScript is ignored.
        var above = Math.Max(old?.LastId() is { } known and < 1L << 53 ? known : 0, Math.Max(JournalIds.ReservedOf(path), JournalIds.Clock(time.GetUtcNow())));
        var last = above;
        var vms = knownVms.ToHashSet();
        using var journal = new JournalStore(Repaired, sync: true);
        journal.Trim.Remember([(DroppedMarks.Any, DroppedMarks.Any, above)]);
        foreach (var group in (old?.Entries() ?? []).Chunk(Group))
        {
            journal.Append([.. group.Select(row => (row.Entry.Renumber(++last), row.ReceivedAt))]);
            vms.UnionWith(group.Select(static row => row.Entry.Vm));
        }

        var kept = last - above;
        var now = time.GetUtcNow();
        journal.Append([.. vms.Order(StringComparer.Ordinal).Select(vm =>
            (JournalEntry.From(++last, JournalLoss.Event(vm, old?.GapFrom, old?.GapTo ?? now, now), now), now))]);
        return (kept, above, last);
    }

    private string Replace()
    {
        var aside = DataFiles.MoveAside(path, time.GetUtcNow());
        File.Move(Repaired, path);
        DataFiles.SyncDirectory(path);
        return aside;
    }

    [LoggerMessage(110, LogLevel.Information, "The journal {Path} is not damaged, so nothing was repaired.")]
    private partial void LogUndamaged(string path);

    [LoggerMessage(111, LogLevel.Warning, "The journal {Path} was damaged ({Fault}) and has been moved to {Aside}. The new journal has {Count} of its events, with new ids above {Above}. Cursors of the old journal have expired.")]
    private partial void LogRepaired(string path, string fault, string aside, long count, long above);
}
