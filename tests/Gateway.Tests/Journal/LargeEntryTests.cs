using System.Runtime.CompilerServices;
using System.Text.Json;
using Gateway.Data.Sqlite;
using Gateway.Journal;
using Gateway.Journal.Sqlite;
using Microsoft.Data.Sqlite;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>A large event that readers get from the disk is in memory once for all of them.</summary>
public sealed class LargeEntryTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly TempDirectory directory = new();
    private readonly JournalStore store;

    public LargeEntryTests() => store = new JournalStore(Path.Combine(directory.Path, EventJournal.FileName), sync: false);

    public void Dispose()
    {
        store.Dispose();
        directory.Dispose();
    }

    [Fact]
    public void Readers_that_are_behind_share_one_that_is_held()
    {
        var written = Append(1, 3 * 1024 * 1024);
        var all = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(4).Select(_ => Read(after: 0)).ToArray();
        Assert.All(all, entry => Assert.Same(all[0], entry));
        Assert.Equal(written.Envelope.ToArray(), all[0].Envelope.ToArray());
        Assert.Equal((1, "x", "LARGE"), (all[0].Id, all[0].Vm, all[0].Name));
    }

    [Fact]
    public void One_that_nobody_holds_is_let_go()
    {
        for (var id = 1; id <= 200; id++)
        {
            Append(id, 1024 * 1024);
        }

        var read = Enumerable.Range(1, 200).Select(Reference).ToList();
        GC.Collect();
        // The collector may keep what a register or a slot of the stack still names.
        Assert.InRange(read.Count(static entry => entry.IsAlive), 0, 10);

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference Reference(int id)
        {
            var entry = Read(after: id - 1);
            Assert.Equal(id, entry.Id);
            return new WeakReference(entry);
        }
    }

    [Theory]
    [InlineData(-200)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void All_sizes_are_read_as_they_were_written(int beyond)
    {
        var small = Append(1, 10);
        var between = Append(2, LargeEntries.Size + beyond - (Append(9, 10).Envelope.Length - 10));
        var last = Append(3, 10);
        Assert.Equal(LargeEntries.Size + beyond, between.Envelope.Length);
        foreach (var entry in new[] { small, between, last })
        {
            Assert.Equal(entry.Envelope.ToArray(), Read(entry.Id - 1).Envelope.ToArray());
        }
    }

    [Fact]
    public void One_that_is_not_what_was_written_is_not_shown()
    {
        Append(1, 100_000);
        using (var connection = new SqliteConnection($"Data Source={store.Path};Pooling=false"))
        {
            connection.Open();
            using var damage = connection.CreateCommand();
            damage.CommandText = "UPDATE events SET envelope = zeroblob(100000)";
            damage.ExecuteNonQuery();
        }

        Assert.Equal(DatabaseFault.Corrupt, Assert.Throws<DatabaseException>(() => Read(after: 0)).Fault);
    }

    private JournalEntry Read(long after) => store.Read(EventFilter.All, after, head: 1000, limit: 1).Entries.Single();

    private JournalEntry Append(long id, int size)
    {
        var entry = JournalEntry.From(id, new NewEvent("x", "LARGE", EventOrigin.Qemu, new JsonText(JsonSerializer.SerializeToUtf8Bytes(new string('x', size - 2))), At), At);
        store.Append([(entry, At)]);
        return entry;
    }
}
