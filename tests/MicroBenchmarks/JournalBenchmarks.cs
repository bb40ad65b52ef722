using BenchmarkDotNet.Attributes;
using Gateway.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace MicroBenchmarks;

/// <summary>The journal on disk with <c>Sync=full</c>: appended to until it is committed, and read.</summary>
public class JournalBenchmarks
{
    private const int Events = 10_000;

    // As many as a batch takes.
    private const int Page = 64;

    private static readonly EventFilter OfVm = new([new VmPattern("vm-1")]);

    private static readonly JournalOptions Options = new() { KeepEvents = 100_000, KeepEventsPerVm = 100_000 };

    private readonly NewEvent entry = Samples.Event();
    private DirectoryInfo directory = null!;
    private EventJournal journal = null!;

    [GlobalSetup]
    public async Task Open()
    {
        directory = Directory.CreateTempSubdirectory("journal-");
        journal = new EventJournal(directory.FullName, Options, TimeProvider.System, NullLogger<EventJournal>.Instance);
        // More than are kept in memory.
        for (var i = 0; i < 5; i++)
        {
            await Append();
        }
    }

    [GlobalCleanup]
    public void Close()
    {
        journal.Dispose();
        directory.Delete(recursive: true);
    }

    [Benchmark(Description = "append of an event until readers see it, in bursts of 10,000", OperationsPerInvoke = Events)]
    public async Task Append()
    {
        var last = 0L;
        for (var i = 0; i < Events; i++)
        {
            last = journal.Append(entry);
        }

        await SeenAsync(last);
    }

    [Benchmark(Description = "append of an event alone until readers see it, an fsync")]
    public Task AppendOne() => SeenAsync(journal.Append(entry));

    [Benchmark(Description = "read of an event from memory by one of many readers of all", OperationsPerInvoke = Page)]
    public Task<int> ReadShared() => ReadAsync(EventFilter.All, journal.Head - Page);

    [Benchmark(Description = "read of an event from memory by a reader with a filter", OperationsPerInvoke = Page)]
    public Task<int> ReadFiltered() => ReadAsync(OfVm, journal.Head - Page);

    [Benchmark(Description = "read of an event from disk", OperationsPerInvoke = Page)]
    public Task<int> ReadOldest() => ReadAsync(OfVm, journal.Oldest(OfVm));

    private async Task<int> ReadAsync(EventFilter filter, long after)
    {
        var read = (await journal.ReadAsync(filter, after, Page, CancellationToken.None)).Entries.Count;
        return read == Page ? read : throw new InvalidOperationException($"{read} events came");
    }

    private async Task SeenAsync(long id)
    {
        await foreach (var batch in journal.FollowAsync(EventFilter.All, id - 1, heartbeat: null, CancellationToken.None))
        {
            if (batch.Cursor >= id)
            {
                return;
            }
        }
    }
}
