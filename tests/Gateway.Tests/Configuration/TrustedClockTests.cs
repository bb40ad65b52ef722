using Gateway.Data;
using Xunit;

namespace Gateway.Tests.Configuration;

/// <summary>The clock of retention goes on by itself while the system's jumps, and believes what that says for an hour.</summary>
public sealed class TrustedClockTests : IDisposable
{
    private readonly TempDirectory temp = new();
    private readonly JumpingTime time = new();
    private readonly DateTimeOffset begin;
    private TrustedClock clock;

    public TrustedClockTests()
    {
        begin = time.GetUtcNow();
        clock = Open();
    }

    public static TheoryData<double> Jumps => [35, -35, 0.004, 365_000];

    [Fact]
    public void It_follows_a_clock_that_goes_as_it_should()
    {
        Go(TimeSpan.FromHours(3));
        time.Jump(TimeSpan.FromMinutes(4));
        Assert.Equal(time.GetUtcNow(), clock.Now());
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void A_jump_for_a_while_is_not_believed(double days)
    {
        Go(TimeSpan.FromMinutes(10));
        time.Jump(TimeSpan.FromDays(days));
        Go(TimeSpan.FromMinutes(59));
        time.Jump(TimeSpan.FromDays(-days));
        Assert.Equal(begin + TimeSpan.FromMinutes(69), clock.Now());
        // The next doubt is another.
        time.Jump(TimeSpan.FromDays(days));
        Go(TimeSpan.FromMinutes(59));
        Assert.Equal(begin + TimeSpan.FromMinutes(128), clock.Now());
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void A_jump_that_lasts_an_hour_is(double days)
    {
        time.Jump(TimeSpan.FromDays(days));
        Go(TimeSpan.FromMinutes(61));
        Assert.Equal(time.GetUtcNow(), clock.Now());
    }

    [Fact]
    public void Of_several_jumps_it_believes_what_an_hour_agrees_on()
    {
        // A host that sleeps again and again: its clock is right, and the one that goes on by itself stood still.
        for (var i = 0; i < 8; i++)
        {
            time.Jump(TimeSpan.FromHours(2));
            Go(TimeSpan.FromMinutes(20));
        }

        Assert.InRange(clock.Now(), time.GetUtcNow() - TimeSpan.FromHours(10), time.GetUtcNow());
        Go(TimeSpan.FromHours(3));
        Assert.Equal(time.GetUtcNow(), clock.Now());
    }

    [Fact]
    public void Of_a_clock_that_jumped_twice_in_an_hour_it_believes_the_smaller_jump()
    {
        time.Jump(TimeSpan.FromHours(2));
        Go(TimeSpan.FromMinutes(59));
        time.Jump(TimeSpan.FromDays(1000));
        Go(TimeSpan.FromMinutes(2));
        Assert.Equal(begin + TimeSpan.FromHours(2) + TimeSpan.FromMinutes(61), clock.Now());
    }

    [Fact]
    public void Of_a_clock_that_jumped_to_the_other_side_it_believes_nothing_for_another_hour()
    {
        time.Jump(TimeSpan.FromDays(35));
        Go(TimeSpan.FromMinutes(30));
        time.Jump(TimeSpan.FromDays(-70));
        Go(TimeSpan.FromMinutes(59));
        Assert.Equal(begin + TimeSpan.FromMinutes(89), clock.Now());
        Go(TimeSpan.FromMinutes(2));
        Assert.Equal(time.GetUtcNow(), clock.Now());
    }

    [Theory]
    [InlineData(35)]
    [InlineData(-35)]
    public void A_start_with_a_wrong_clock_is_a_jump_like_any_other(double days)
    {
        Go(TimeSpan.FromMinutes(10));
        time.Jump(TimeSpan.FromDays(days));
        clock = Open();
        Go(TimeSpan.FromMinutes(59));
        Assert.InRange(clock.Now(), begin + TimeSpan.FromMinutes(68), begin + TimeSpan.FromMinutes(70));
        Go(TimeSpan.FromMinutes(3));
        Assert.Equal(time.GetUtcNow(), clock.Now());
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("9999-99-99T00:00:00.0000000+00:00")]
    public void A_file_that_says_nothing_is_none(string text)
    {
        File.WriteAllText(temp.File(TrustedClock.FileName), text);
        Assert.Equal(time.GetUtcNow(), Open().Now());
    }

    [Fact]
    public void A_disk_that_takes_nothing_does_not_stop_it()
    {
        Directory.CreateDirectory(temp.File(TrustedClock.FileName + ".new"));
        Go(TimeSpan.FromMinutes(5));
        Assert.Equal(time.GetUtcNow(), clock.Now());
    }

    public void Dispose() => temp.Dispose();

    private TrustedClock Open() => new(temp.File(TrustedClock.FileName), time);

    private void Go(TimeSpan duration)
    {
        for (var gone = TimeSpan.Zero; gone < duration; gone += TimeSpan.FromMinutes(1))
        {
            time.Advance(TimeSpan.FromMinutes(1));
            clock.Now();
        }
    }
}
