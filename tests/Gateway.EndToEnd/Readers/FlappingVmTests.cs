using System.Diagnostics;
using System.Text.Json;
using Gateway.EndToEnd.Support;
using Xunit;

namespace Gateway.EndToEnd.Readers;

/// <summary>A VM whose state changes a thousand times a second.</summary>
public sealed class FlappingVmTests
{
    private const int Changes = 8000;
    private const int Kept = 2000;

    [Fact]
    public async Task It_costs_the_others_neither_history_nor_time_and_its_own_history_stays_true()
    {
        await using var qemu = new AnsweringQemu();
        await using var flapping = new AnsweringQemu();
        await using var gateway = await RealGateway.StartAsync(
            RealGateway.Vm("x", qemu.Endpoint), RealGateway.Vm("flapping", flapping.Endpoint),
            $"--Gateway:Journal:KeepEventsPerVm={Kept}");
        (await gateway.GetAsync("/vms/x/status?until=running")).Json();
        (await gateway.GetAsync("/vms/flapping/status?until=running")).Json();
        var events = new Numbered(qemu);
        await using var reader = await RawReader.OpenAsync(gateway, Via.ServerSentEvents, Numbered.Name, "0");
        reader.Drain();
        var before = await Figures.MeasureAsync(gateway, events, [reader]);
        var asked = flapping.Commands.Count;

        var begun = Stopwatch.GetTimestamp();
        var flap = FlapAsync(flapping);
        var with = await Figures.MeasureAsync(gateway, events, [reader]);
        await flap;
        var took = Stopwatch.GetElapsedTime(begun);
        await gateway.EventAsync("flapping", "VM_STATUS_CHANGED", "data.status.status=shutdown");

        var questions = flapping.Commands.Count - asked;
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"without it {before}");
        output.WriteLine($"with it    {with}");
        output.WriteLine($"{Changes} changes in {took.TotalSeconds:0.0} s, {questions} questions");
        with.AssertNoWorseThan(before);
        // One in 20 ms, and those that were under way at either end.
        Assert.InRange(questions, 1, (Stopwatch.GetElapsedTime(begun).TotalMilliseconds / 20) + 10);
        Assert.Equal(Enumerable.Range(0, events.Count), (await gateway.EventsAsync("vm=x&event=NUMBERED")).Select(static e => int.Parse(e.Data().GetProperty("n").GetString()!)));
        AssertChain(await gateway.EventsAsync("vm=flapping&event=VM_STATUS_CHANGED"));
    }

    private static async Task FlapAsync(AnsweringQemu qemu)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < Changes; i++)
        {
            var running = i % 2 == 1;
            qemu.Status = StatusOf(running ? "running" : "paused");
            await qemu.EventAsync(running ? "RESUME" : "STOP");
            if (TimeSpan.FromMilliseconds(i) - Stopwatch.GetElapsedTime(begun) is { TotalMilliseconds: > 1 } early)
            {
                await Task.Delay(early);
            }
        }

        qemu.Status = StatusOf("shutdown");
        await qemu.EventAsync("SHUTDOWN", """{"guest":true,"reason":"guest-shutdown"}""");
    }

    /// <summary>Each change begins where the last one ended, and is one.</summary>
    private static void AssertChain(List<JsonElement> changes)
    {
        Assert.All(changes.Zip(changes.Skip(1)), static pair =>
            Assert.Equal(pair.First.Data().GetProperty("status").GetRawText(), pair.Second.Data().GetProperty("previous").GetRawText()));
        Assert.All(changes, static change =>
            Assert.NotEqual(change.Data().GetProperty("status").GetRawText(), change.Data().GetProperty("previous").GetRawText()));
    }

    private static string StatusOf(string state) => $$"""{"running": {{(state == "running" ? "true" : "false")}}, "singlestep": false, "status": "{{state}}"}""";
}
