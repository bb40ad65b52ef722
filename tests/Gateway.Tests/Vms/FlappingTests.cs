using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Vms;

/// <summary>A thousand changes of state a second, for a minute.</summary>
public sealed class FlappingTests
{
    private const int Step = 10;

    [Fact]
    public async Task They_cost_a_question_in_20_ms_at_most_and_the_last_state_is_the_one_known()
    {
        await using var host = new GatewayHost("web1") { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        for (var ms = 0; ms < 60_000; ms += Step)
        {
            for (var i = 0; i < Step; i++)
            {
                await vm.BecomeAsync(i % 2 == 0 ? "paused" : "running", i % 2 == 0 ? "STOP" : "RESUME");
            }

            host.Time!.Advance(TimeSpan.FromMilliseconds(Step));
            // What was sent is there, or the gateway could be asked for less only because it is behind.
            await host.EventuallyAsync(() => host.Journal.LastAppended >= ms + Step, "the events");
        }

        await vm.BecomeAsync("shutdown", "SHUTDOWN");
        await host.EventuallyAsync(() => host.Snapshot("web1").Status!.State.Value == "shutdown", "shutdown", TimeSpan.FromMilliseconds(20));

        Assert.InRange(vm.Received.Count, 2, 60_000 / 20 + 50);
        var changes = (await host.EventsAsync("web1", "VM_STATUS_CHANGED")).ConvertAll(static e => e.GetProperty("data"));
        Assert.All(changes.Zip(changes.Skip(1)), static pair =>
            Assert.Equal(pair.First.GetProperty("status").GetRawText(), pair.Second.GetProperty("previous").GetRawText()));
    }
}
