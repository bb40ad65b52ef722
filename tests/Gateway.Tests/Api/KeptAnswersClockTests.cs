using Gateway.Data;
using Gateway.Limits;
using Gateway.Requests.Idempotency;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Tests.Api;

/// <summary>A key is kept for 24 h, whatever the system's clock says for a while.</summary>
public sealed class KeptAnswersClockTests : IDisposable
{
    private static readonly byte[] Request = [1];

    private readonly TempDirectory temp = new();
    private readonly JumpingTime time = new();
    private readonly TrustedClock clock;
    private readonly KeptAnswers answers;

    public KeptAnswersClockTests()
    {
        clock = new TrustedClock(temp.File(TrustedClock.FileName), time);
        answers = new KeptAnswers(temp.Path, new LimitsOptions(), clock, time, NullLogger<KeptAnswers>.Instance);
    }

    [Theory]
    [InlineData(35)]
    [InlineData(-35)]
    public async Task A_clock_that_jumps_for_a_while_forgets_no_key(double days)
    {
        await TakeAsync("before");
        time.Jump(TimeSpan.FromDays(days));
        await TakeAsync("meanwhile");
        Assert.True(await IsKnownAsync("before"));
        Assert.True(await IsKnownAsync("meanwhile"));
        time.Advance(TimeSpan.FromMinutes(1));
        time.Jump(TimeSpan.FromDays(-days));
        Assert.True(await IsKnownAsync("before"));
        Assert.True(await IsKnownAsync("meanwhile"));

        time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(1));
        Assert.False(await IsKnownAsync("before"));
        Assert.False(await IsKnownAsync("meanwhile"));
    }

    public void Dispose()
    {
        answers.Dispose();
        temp.Dispose();
    }

    private async Task TakeAsync(string key)
    {
        Assert.Null(await answers.BeginAsync(key, Request));
        await answers.EndAsync(key, new KeptAnswer(200, null, null, []));
    }

    private async Task<bool> IsKnownAsync(string key)
    {
        if (await answers.BeginAsync(key, Request) is not null)
        {
            return true;
        }

        await answers.ReleaseAsync(key);
        return false;
    }
}
