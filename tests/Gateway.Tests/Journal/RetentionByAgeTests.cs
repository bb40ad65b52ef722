using Gateway.Journal;
using Xunit;

namespace Gateway.Tests.Journal;

/// <summary>What is older than the days to keep goes, whatever the clock does.</summary>
public sealed class RetentionByAgeTests
{
    [Fact]
    public async Task What_is_older_than_the_days_to_keep_goes()
    {
        using var test = new TestJournal(new JournalOptions { KeepDays = 2, Sync = JournalSync.Normal });
        test.AppendMany(5, "old");
        test.Time.Advance(TimeSpan.FromDays(1));
        test.AppendMany(5, "new");
        test.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        test.AppendMany(1, "now");
        TestJournal.Until(() => test.Journal.Oldest(EventFilter.All) == 5);

        Assert.Equal(Enumerable.Range(6, 6).Select(i => (long)i), await test.ReadIdsAsync(after: 5));
        test.Journal.Validate(new EventFilter([new VmPattern("new")]), 0);
        Assert.Throws<CursorExpiredException>(() => test.Journal.Validate(new EventFilter([new VmPattern("old")]), 4));
    }

    [Theory]
    [InlineData(35)]
    [InlineData(-35)]
    [InlineData(365_000)]
    public async Task A_clock_that_jumps_for_a_while_takes_nothing_away(double days)
    {
        using var test = new TestJournal(new JournalOptions { KeepDays = 30, Sync = JournalSync.Normal });
        test.AppendMany(5, "old");
        test.Time.Jump(TimeSpan.FromDays(days));
        test.AppendMany(5, "meanwhile");
        for (var i = 0; i < 10; i++)
        {
            test.Time.Advance(TimeSpan.FromMinutes(1));
            test.AppendMany(1);
        }

        test.Time.Jump(TimeSpan.FromDays(-days));
        test.Reopen();
        test.AppendMany(1);
        Assert.Equal(21, (await test.ReadIdsAsync()).Length);

        // What came while the clock was wrong goes with what is around it.
        test.Time.Advance(TimeSpan.FromDays(29));
        test.AppendMany(1, "new");
        test.Time.Advance(TimeSpan.FromDays(2));
        test.AppendMany(1, "new");
        // What there was at the start is counted first, beside; age is looked at again each minute.
        TestJournal.Until(() =>
        {
            test.Time.Advance(TimeSpan.FromSeconds(1));
            return test.Journal.Oldest(EventFilter.All) == 21;
        });
        Assert.Equal(2, (await test.ReadIdsAsync(after: 21)).Length);
    }

    [Fact]
    public async Task A_gateway_that_starts_with_a_wrong_clock_takes_nothing_away_for_an_hour()
    {
        using var test = new TestJournal(new JournalOptions { KeepDays = 30, Sync = JournalSync.Normal });
        test.AppendMany(5, "old");
        test.Time.Jump(TimeSpan.FromDays(35));
        test.Reopen();
        for (var i = 0; i < 59; i++)
        {
            test.Time.Advance(TimeSpan.FromMinutes(1));
            test.AppendMany(1);
        }

        Assert.Equal(64, (await test.ReadIdsAsync()).Length);
        // The writer looks at the clock after what it wrote can be seen, so a minute or more behind this test.
        for (var i = 0; test.Journal.Oldest(EventFilter.All) != 5; i++)
        {
            Assert.InRange(i, 0, 90);
            test.Time.Advance(TimeSpan.FromMinutes(1));
            test.AppendMany(1);
        }
    }

    [Fact]
    public void What_is_too_old_goes_also_where_nothing_is_written()
    {
        using var test = new TestJournal(new JournalOptions { KeepDays = 1, Sync = JournalSync.Normal });
        test.AppendMany(5);

        test.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));

        TestJournal.Until(() => test.Journal.Oldest(EventFilter.All) == 5);
    }

    [Fact]
    public void Age_is_looked_at_again_after_a_minute()
    {
        using var test = new TestJournal(new JournalOptions { KeepDays = 1, Sync = JournalSync.Normal });
        test.AppendMany(5);
        test.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(59));
        test.AppendMany(1);
        TestJournal.Until(() => test.Journal.Oldest(EventFilter.All) == 5);
        test.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        test.AppendMany(1);
        TestJournal.Until(() => test.Journal.Oldest(EventFilter.All) == 6);
    }
}
