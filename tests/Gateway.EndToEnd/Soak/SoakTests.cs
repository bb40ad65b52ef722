using Xunit;

namespace Gateway.EndToEnd.Soak;

/// <summary>Everything at once. <c>tests/run.sh --soak MINUTES</c> runs the long form of it.</summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_promise_holds_while_everything_goes_wrong()
    {
        var plan = SoakPlan.FromEnvironment();
        output.WriteLine($"SOAK_SEED={plan.Seed}");

        var report = await Soak.RunAsync(plan, output.WriteLine, TestContext.Current.CancellationToken);

        output.WriteLine(report.Text(plan));
        Assert.True(report.BrokenPromises.Count == 0, report.Text(plan));
    }
}
