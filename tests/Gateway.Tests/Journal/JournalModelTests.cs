using CsCheck;
using Gateway.Journal;
using Xunit;
using Filter = Gateway.Tests.Journal.JournalModel.Filter;

namespace Gateway.Tests.Journal;

/// <summary>Whatever is done in whatever order, the journal does what the model does.</summary>
public sealed class JournalModelTests
{
    private static readonly string[] Vms = ["a", "ab", "b"];
    private static readonly string[] Events = ["STOP", "RESUME", "RESET"];

    private static readonly Filter[] EachVmAndEvent = [.. Vms.SelectMany(static vm => Events.Select(name => new Filter([vm], [name], null)))];

    private static readonly Gen<Filter> Filters = Gen.Select(
        Pick("*", "a*", "*b", "a", "ab", "b", "none").Array[0, 2],
        Pick([.. Events, "NONE"]).Array[0, 2],
        Gen.Int[-2, 1].Select(static x => x < 0 ? (int?)null : x),
        static (vms, events, x) => new Filter(vms, events, x));

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (12, Gen.Select(Pick(Vms), Pick(Events), Gen.Int[0, 1], static (vm, name, x) => (Step)new Append(vm, name, x, 1))),
        (2, Gen.Select(Pick(Vms), Gen.Int[2, 12], static (vm, count) => (Step)new Append(vm, Events[0], 0, count))),
        (4, Gen.Select(Filters, Gen.Double.Unit, static (filter, from) => (Step)new Begin(filter, from))),
        (8, Gen.Select(Gen.Int[1, 5], Gen.Bool, static (limit, toTheEnd) => (Step)new Read(limit, toTheEnd))),
        (2, Gen.Const((Step)new Reopen())));

    private static readonly Gen<(long KeepEvents, long KeepEventsPerVm)> Bounds = Gen.Select(Gen.Long[1, 30], Gen.Long[1, 15]);

    private static Gen<string> Pick(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private abstract record Step;

    private sealed record Append(string Vm, string Name, int X, int Count) : Step;

    /// <summary>A reader begins, somewhere between the first entry ever and the head.</summary>
    private sealed record Begin(Filter Filter, double From) : Step;

    private sealed record Read(int Limit, bool ToTheEnd) : Step;

    private sealed record Reopen : Step;

    [Fact]
    public Task It_reads_keeps_drops_and_expires_as_the_model_does() =>
        Gen.Select(Bounds, Steps.List[1, 60]).SampleAsync(
            static async (bounds, steps) => await new Run(bounds.KeepEvents, bounds.KeepEventsPerVm).PlayAsync(steps));

    private sealed class Run(long keepEvents, long keepEventsPerVm)
    {
        private readonly JournalModel model = new(keepEvents, keepEventsPerVm);
        private Filter filter = new([], [], null);
        private long cursor;

        public async Task PlayAsync(IEnumerable<Step> steps)
        {
            using var test = new TestJournal(new JournalOptions { KeepEvents = keepEvents, KeepEventsPerVm = keepEventsPerVm, Sync = JournalSync.Normal });
            foreach (var step in steps)
            {
                switch (step)
                {
                    case Append append:
                        for (var i = 0; i < append.Count; i++)
                        {
                            AppendToBoth(test, append.Vm, append.Name, append.X);
                        }

                        break;
                    case Begin begin:
                        (filter, cursor) = (begin.Filter, (long)Math.Round(begin.From * model.Last));
                        break;
                    case Read read:
                        await ReadAsync(test, read);
                        break;
                    case Reopen:
                        Settle(test);
                        test.Reopen();
                        CheckExpiry(test);
                        break;
                }
            }

            await ReadAsync(test, new Read(3, ToTheEnd: true));
        }

        private void AppendToBoth(TestJournal test, string vm, string name, int x)
        {
            var expected = model.Append(vm, name, x);
            Assert.Equal(expected.Id, test.Append(vm, name, expected.Data));
        }

        private async Task ReadAsync(TestJournal test, Read read)
        {
            Settle(test);
            CheckExpiry(test);
            do
            {
                var oldest = model.Oldest(filter);
                if (cursor < oldest)
                {
                    // Memory may still have what is gone from the disk: then the reader gets all of it.
                    await ReadExpiredAsync(test, read.Limit, oldest);
                    cursor = Assert.Throws<CursorExpiredException>(() => test.Journal.Validate(filter.Real, cursor)).Oldest;
                    Assert.Equal(oldest, cursor);
                }

                var batch = await PageAsync(test, read.Limit);
                Assert.InRange(batch.Entries.Count, 0, read.Limit);
                Assert.True(batch.Cursor > cursor || cursor == model.Last);
                Assert.Equal(
                    model.Between(filter, cursor, batch.Cursor).Select(static e => (e.Id, e.Vm, e.Name, e.Data)),
                    batch.Entries.Select(static e => (e.Id, e.Vm, e.Name, e.Data().ToString())));
                cursor = batch.Cursor;
            }
            while (read.ToTheEnd && cursor < model.Last);
        }

        private async Task ReadExpiredAsync(TestJournal test, int limit, long oldest)
        {
            try
            {
                var batch = await PageAsync(test, limit);
                Assert.Equal(
                    model.BetweenEver(filter, cursor, batch.Cursor).Select(static e => (e.Id, e.Data)),
                    batch.Entries.Select(static e => (e.Id, e.Data().ToString())));
            }
            catch (CursorExpiredException expired)
            {
                Assert.Equal(oldest, expired.Oldest);
            }
        }

        private async Task<JournalBatch> PageAsync(TestJournal test, int limit) =>
            await test.Journal.ReadAsync(filter.Real, cursor, limit, CancellationToken.None);

        /// <summary>A cursor has expired if, and only if, something went after it that its filter's VMs and events match.</summary>
        private void CheckExpiry(TestJournal test)
        {
            foreach (var asked in EachVmAndEvent.Append(filter))
            {
                var oldest = model.Oldest(asked);
                Assert.Equal(oldest, test.Journal.Oldest(asked.Real));
                for (var after = 0L; after <= model.Last; after++)
                {
                    if (after < oldest)
                    {
                        Assert.Equal(oldest, Assert.Throws<CursorExpiredException>(() => test.Journal.Validate(asked.Real, after)).Oldest);
                    }
                    else
                    {
                        test.Journal.Validate(asked.Real, after);
                    }
                }
            }
        }

        /// <summary>
        /// Waits until the journal has dropped what it should. It does so after it has shown an entry, and not before it has counted
        /// what was there when it was opened: after that only with the next entry.
        /// </summary>
        private void Settle(TestJournal test)
        {
            test.WaitVisible();
            for (var i = 0; !SpinWait.SpinUntil(() => Array.TrueForAll(EachVmAndEvent, f => test.Journal.Oldest(f.Real) == model.Oldest(f)), 200); i++)
            {
                Assert.True(i < 50, $"What went is not what should: {string.Join(" ", EachVmAndEvent.Select(f => $"{test.Journal.Oldest(f.Real)}/{model.Oldest(f)}"))}");
                AppendToBoth(test, Vms[0], Events[0], 0);
                test.WaitVisible();
            }
        }
    }
}
