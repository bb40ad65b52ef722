using System.Diagnostics;
using Gateway.EndToEnd.Readers;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>SIGTERM and SIGINT: nobody is left hanging, and the gateway ends in 5 s.</summary>
public sealed class StopTests
{
    private const int Silent = 40;
    private const int Events = 800;

    private static readonly TimeSpan Meant = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task However_many_streams_and_waits_are_open_they_end_at_once_and_in_order()
    {
        await using var qemu = new AnsweringQemu();
        // Kestrel says so, to those who want to know, when it has to cut connections off.
        await using var gateway = await RealGateway.StartAsync(
            RealGateway.Vm("x", qemu.Endpoint), "--Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel=Debug");
        (await gateway.GetAsync("/status?until=running")).Json();
        await using var sse = await SseReader.OpenAsync(gateway, "/events");
        await using var hub = await HubReader.SubscribeAsync(gateway, messagePack: false, ["STOP"], new { });
        await new Numbered(qemu).SendAsync(Events);
        await gateway.EventAsync("x", Numbered.Name, $"data.n={Events - 1}");
        var ids = (await gateway.EventsAsync($"event={Numbered.Name}")).ConvertAll(History.Id);
        var silent = new List<RawReader>();
        var readers = new List<RawReader>();
        for (var i = 0; i < Silent; i++)
        {
            // From so many cursors that there is one for whom each of the buffers on its way is full, and the next is not.
            silent.Add(await RawReader.OpenAsync(gateway, i % 2 == 0 ? Via.ServerSentEvents : (Via)(i % 5), Numbered.Name, ids[i * Events / Silent]));
        }

        while (silent.Count + readers.Count < 200)
        {
            readers.Add(await RawReader.OpenAsync(gateway, (Via)(readers.Count % 5), Numbered.Name, "0"));
            readers[^1].Drain();
        }

        var polling = Enumerable.Range(0, 5).Select(_ => gateway.GetAsync("/events?after=start&event=NEVER&wait=60")).ToArray();
        var until = Enumerable.Range(0, 5).Select(_ => gateway.GetAsync("/status?until=paused&timeout=60")).ToArray();
        var waiting = Enumerable.Range(0, 5).Select(_ => gateway.PostAsync("/vms/x/stop?wait=60")).ToArray();
        await Poll.UntilAsync(() => Task.FromResult($"{qemu.Commands.Count(static name => name == "stop")}"), "5");
        await Poll.UntilAsync(() => Task.FromResult(readers.All(static reader => reader.Last == Events - 1) ? "all" : "some"), "all");
        var begun = Stopwatch.GetTimestamp();

        var exitCode = await gateway.TerminateAsync();

        var took = Stopwatch.GetElapsedTime(begun);
        TestContext.Current.TestOutputHelper!.WriteLine($"ended after {took}");
        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, Meant);
        Assert.All(await Task.WhenAll(polling), static answer => Assert.Empty(answer.Json().GetProperty("items").EnumerateArray()));
        Assert.All(await Task.WhenAll(until), static answer =>
            Assert.Equal("running", answer.Problem(503, "wait-aborted").GetProperty("currentStatus").GetProperty("status").GetString()));
        Assert.All(await Task.WhenAll(waiting), static answer =>
        {
            var problem = answer.Problem(503, "wait-aborted");
            Assert.Equal(
                ("stop", "The wait for STOP ended early: the gateway is shutting down. QEMU acknowledged the command."),
                (problem.GetProperty("command").GetString(), problem.GetProperty("detail").GetString()));
        });
        await Task.WhenAll(readers.Select(static reader => reader.Ended).Append(sse.Ended).Append(hub.Closed)).WaitAsync(RealQemu.Patience, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("fail:", gateway.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("failed to close gracefully", gateway.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(readers, static reader => reader.Via == Via.ServerSentEvents && reader.IsBroken);
        foreach (var reader in readers.Concat(silent))
        {
            await reader.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(QemuSignal.Terminate)]
    [InlineData(QemuSignal.Interrupt)]
    public async Task Callers_of_commands_that_do_not_end_are_told_what_is_known(QemuSignal signal)
    {
        await using var qemu = new AnsweringQemu { Unanswered = "system_reset" };
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));
        (await gateway.GetAsync("/status?until=running")).Json();
        var resets = Enumerable.Range(0, 20).Select(_ => gateway.PostAsync("/vms/x/reset")).ToArray();
        await Poll.UntilAsync(() => Task.FromResult($"{qemu.Commands.Count(static name => name == "system_reset")}"), "8");
        var begun = Stopwatch.GetTimestamp();

        var ending = gateway.EndAsync(signal);
        // Who is impatient changes nothing.
        gateway.Send(signal);
        var exitCode = await ending;

        Assert.Equal(0, exitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, Meant);
        var answers = await Task.WhenAll(resets);
        Assert.Equal(8, answers.Count(static answer => answer.Status == System.Net.HttpStatusCode.BadGateway));
        Assert.All(answers, static answer => Assert.Equal(
            (int)answer.Status == 502 ? "unknown" : "not-sent",
            answer.Problem((int)answer.Status, (int)answer.Status == 502 ? "outcome-unknown" : "vm-unreachable").GetProperty("outcome").GetString()));
        Assert.DoesNotContain("fail:", gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signals_that_come_again_and_again_change_nothing_and_an_end_warns_of_no_VM()
    {
        await using var qemu = new AnsweringQemu();
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));
        (await gateway.GetAsync("/status?until=running")).Json();
        for (var round = 0; round < 3; round++)
        {
            var ending = gateway.TerminateAsync();
            while (!ending.IsCompleted)
            {
                try
                {
                    gateway.Send(QemuSignal.Terminate);
                }
                catch (InvalidOperationException)
                {
                    // It has ended.
                }

                await Task.Delay(2, TestContext.Current.CancellationToken);
            }

            Assert.Equal(0, await ending);
            await gateway.RestartAsync();
        }

        await gateway.TerminateAsync();
        Assert.DoesNotContain("warn:", gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_during_the_start_ends_it_and_leaves_all_in_order()
    {
        await using var gateway = await RealGateway.StartAsync();
        var start = gateway.StartTime;
        await gateway.TerminateAsync();
        for (var part = 1; part < 10; part++)
        {
            var exitCode = await gateway.RestartAndEndAsync(start * part / 8, QemuSignal.Terminate);

            // 143: by the system, before the program had begun.
            Assert.True(exitCode is 0 or 143, $"{exitCode} after {part}/8 of a start: {gateway.Log}");
            Assert.DoesNotContain("Unhandled exception", gateway.Log, StringComparison.Ordinal);
        }

        await gateway.RestartAsync();
        (await gateway.GetAsync("/vms")).Json();
    }
}
