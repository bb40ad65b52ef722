using Gateway.Journal;
using Microsoft.Extensions.Logging;
using QmpGateway.Qmp;

namespace Gateway.Tests.Journal;

/// <summary>A journal of some entries whose gateway was killed or ended, and the next ones on its files.</summary>
public abstract class KilledJournal : IDisposable
{
    /// <summary>How many entries it has, each in a transaction of its own: E1, E2, …</summary>
    private protected const int Count = 40;

    // What SQLite's log has for each page.
    private protected const int Frame = 16_384 + 24;

    private readonly TempDirectory temp = new();
    private readonly CountingTime time = new();
    private int appended;

    private protected string Directory => temp.Path;

    private protected HostLog Log { get; set; } = new();

    private protected Dictionary<string, byte[]> Files { get; private set; } = [];

    public void Dispose()
    {
        temp.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected EventJournal OpenOn(PlayedDisk disk) => new(disk, new JournalOptions(), time, Logger, ["web1"]);

    private protected string FileOf(string name) => temp.File(name);

    private protected EventJournal Open() => new(temp.Path, new JournalOptions { Sync = JournalSync.Normal }, time, Logger, ["web1"]);

    private protected Logger<EventJournal> Logger => new(new LoggerFactory([Log]));

    private protected long Append(EventJournal journal) =>
        journal.Append(new NewEvent("web1", $"E{++appended}", EventOrigin.Qemu, JsonText.EmptyObject, null));

    private protected static async Task<IReadOnlyList<JournalEntry>> EventsAsync(EventJournal journal)
    {
        TestJournal.Until(() => journal.Head >= journal.LastAppended);
        return (await journal.ReadAsync(EventFilter.All, 0, 1000, TestJournal.Cancelled)).Entries;
    }

    private protected static async Task<IEnumerable<int>> NumbersAsync(EventJournal journal) =>
        (await EventsAsync(journal)).Select(static entry => int.Parse(entry.Name[1..], null));

    /// <summary>A journal of some entries, each in a transaction of its own.</summary>
    private protected EventJournal Write()
    {
        var journal = new EventJournal(temp.Path, new JournalOptions { Sync = JournalSync.Normal }, time, Logger);
        for (var i = 1; i <= Count; i++)
        {
            var id = Append(journal);
            TestJournal.Until(() => journal.Head == id);
        }

        return journal;
    }

    /// <summary>The files as they are while the journal is open: what a killed process leaves.</summary>
    private protected void Kill()
    {
        using (Write())
        {
            Snapshot();
        }

        PutKilled();
    }

    private protected void Snapshot() =>
        Files = ((string[])["journal.db", "journal.db-wal", "journal.ids"]).ToDictionary(static name => name, name => File.ReadAllBytes(FileOf(name)));

    private protected void PutKilled(Func<IdRecord, IdRecord>? change = null)
    {
        foreach (var left in System.IO.Directory.GetFiles(temp.Path))
        {
            File.Delete(left);
        }

        foreach (var (name, content) in Files)
        {
            File.WriteAllBytes(FileOf(name), content);
        }

        // It is no copy, but the one file that the killed process wrote to, a moment ago.
        var record = IdRecord.Read(Files["journal.ids"])!;
        PutIds(FileOf("journal.ids"), (change?.Invoke(record) ?? record) with { File = JournalIds.IdentityOf(FileOf("journal.ids")), WrittenAt = DateTimeOffset.UtcNow });
    }

    private protected static void PutIds(string path, IdRecord record)
    {
        var page = new byte[IdRecord.Size];
        record.Write(page);
        File.WriteAllBytes(path, page);
    }

    private protected static void Copy(string from, string to)
    {
        foreach (var file in System.IO.Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }
}
