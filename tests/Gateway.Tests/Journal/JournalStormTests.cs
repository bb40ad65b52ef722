using System.Collections.Concurrent;
using CsCheck;
using Gateway.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>
/// Appends, crashes and a file that cannot be written, in any order, with readers under way all the while: each is shown what the
/// journal has in the end, from where it began on, once and in order.
/// </summary>
public sealed class JournalStormTests
{
    private static readonly EventFilter[] Filters = [EventFilter.All, new([new VmPattern("a*")]), new([], ["STOP"]), new([new VmPattern("b")], ["RESET"])];

    private static readonly Gen<Action<Storm>> Steps = Gen.Frequency(
        (10, Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[1, 300], static (vm, name, count) => (Action<Storm>)(storm => storm.Append(vm, name, count)))),
        (3, Gen.Int[0, Filters.Length - 1].Select(static filter => (Action<Storm>)(storm => storm.Follow(filter)))),
        (2, Gen.Const((Action<Storm>)(static storm => storm.Crash()))),
        (1, Gen.Const((Action<Storm>)(static storm => storm.Close()))),
        (1, Gen.Int[1, 50].Select(static count => (Action<Storm>)(storm => storm.AppendWhileLocked(count)))));

    [Fact]
    public void Readers_lose_nothing_that_they_were_shown_and_miss_nothing_that_is_kept() => Steps.Array[1, 12].Sample(static steps =>
    {
        using var storm = new Storm();
        foreach (var step in steps)
        {
            step(storm);
        }

        storm.Check();
    });

    private sealed class Storm : IDisposable
    {
        private static readonly string[] Vms = ["a", "ab", "b"];
        private static readonly string[] Names = ["STOP", "RESUME", "RESET"];

        private readonly TempDirectory temp = new();
        private readonly List<Follower> followers = [];
        private readonly List<(long Id, string Vm, string Name)> appended = [];
        private int life;
        private EventJournal journal;

        public Storm() => journal = Open();

        private string Directory => temp.File($"life-{life}");

        public void Append(int vm, int name, int count)
        {
            for (var i = 0; i < count; i++)
            {
                var id = journal.Append(new NewEvent(Vms[vm], Names[name], EventOrigin.Qemu, new QmpGateway.Qmp.JsonText("{}"u8.ToArray()), null));
                appended.Add((id, Vms[vm], Names[name]));
            }
        }

        /// <summary>One more reader, from here on.</summary>
        public void Follow(int filter)
        {
            var follower = new Follower(Filters[filter], journal.Head);
            follower.Resume(journal);
            followers.Add(follower);
        }

        /// <summary>What kill -9 leaves: the files as they are between two commits; what waited in memory is gone.</summary>
        public void Crash()
        {
            var crashed = journal;
            var from = Directory;
            life++;
            System.IO.Directory.CreateDirectory(Directory);
            using (Locked(from))
            {
                // A file that is about to replace another may go at any moment.
                foreach (var file in System.IO.Directory.GetFiles(from).Where(static file => !file.EndsWith(".new", StringComparison.Ordinal)))
                {
                    File.Copy(file, Path.Combine(Directory, Path.GetFileName(file)));
                }

                followers.ForEach(static follower => follower.Stop());
            }

            crashed.Dispose();
            Resume();
        }

        public void Close()
        {
            followers.ForEach(static follower => follower.Stop());
            journal.Dispose();
            Resume();
        }

        public void AppendWhileLocked(int count)
        {
            using (Locked(Directory))
            {
                Append(0, 0, count);
            }
        }

        public void Check()
        {
            Assert.True(SpinWait.SpinUntil(() => journal.Head == journal.LastAppended, TestJournal.Patience));
            foreach (var follower in followers)
            {
                var due = appended.Where(entry => entry.Id > follower.Began && follower.Filter.Matches(entry.Vm, entry.Name)).ToArray();
                SpinWait.SpinUntil(() => follower.Shown.Count >= due.Length, TestJournal.Patience);
                Assert.Equal(due, follower.Shown);
            }
        }

        public void Dispose()
        {
            followers.ForEach(static follower => follower.Stop());
            journal.Dispose();
            temp.Dispose();
        }

        private void Resume()
        {
            journal = Open();
            // Ids that were given and never written are given again.
            Assert.All(followers, follower => Assert.True(follower.Shown.LastOrDefault().Id <= journal.LastAppended, "what was shown is gone"));
            appended.RemoveAll(entry => entry.Id > journal.LastAppended);
            followers.ForEach(follower => follower.Resume(journal));
        }

        private EventJournal Open()
        {
            System.IO.Directory.CreateDirectory(Directory);
            return new EventJournal(Directory, new JournalOptions { Sync = JournalSync.Normal }, TimeProvider.System, NullLogger<EventJournal>.Instance);
        }

        /// <summary>Nobody else writes the journal until this is disposed.</summary>
        private static SqliteConnection Locked(string directory)
        {
            var beside = new SqliteConnection($"Data Source={Path.Combine(directory, "journal.db")};Pooling=False");
            beside.Open();
            beside.Execute("BEGIN IMMEDIATE");
            return beside;
        }
    }

    private sealed class Follower(EventFilter filter, long began)
    {
        private readonly long began = began;
        private readonly ConcurrentQueue<(long Id, string Vm, string Name)> shown = [];
        private long cursor = began;
        private CancellationTokenSource over = new();
        private Task reading = Task.CompletedTask;

        public EventFilter Filter => filter;

        public long Began => began;

        public ConcurrentQueue<(long Id, string Vm, string Name)> Shown => shown;

        public void Resume(EventJournal journal)
        {
            over = new CancellationTokenSource();
            reading = Task.Run(() => ReadAsync(journal, over.Token));
        }

        public void Stop()
        {
            over.Cancel();
            reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }

        private async Task ReadAsync(EventJournal journal, CancellationToken cancellationToken)
        {
            await foreach (var batch in journal.FollowAsync(filter, cursor, heartbeat: null, cancellationToken))
            {
                foreach (var entry in batch.Entries)
                {
                    shown.Enqueue((entry.Id, entry.Vm, entry.Name));
                }

                cursor = batch.Cursor;
            }
        }
    }
}
