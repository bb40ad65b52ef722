using System.Diagnostics;
using System.Text;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>A VM that says very much at once costs the others nothing, and the gateway a bounded amount of memory.</summary>
public sealed class LargeAnswerTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public async Task A_burst_of_100000_events_is_journalled_whole_and_in_order_while_others_are_served()
    {
        const int count = 100_000;
        await using var noisy = new AnsweringQemu();
        await using var other = new AnsweringQemu();
        await using var gateway = await ConnectedAsync(noisy, other);
        await using var load = Watch(gateway);
        var burst = new StringBuilder();
        var more = new string('x', 100);
        for (var n = 0; n < count; n++)
        {
            burst.Append($$$"""{"timestamp": {"seconds": 1764000000, "microseconds": {{{n}}}}, "event": "NUMBERED", "data": {"n": {{{n}}}, "more": "{{{more}}}"}}""")
                .Append("\r\n");
        }

        var begun = Stopwatch.GetTimestamp();
        await noisy.SendAsync(Encoding.UTF8.GetBytes(burst.ToString()));
        await gateway.EventAsync("noisy", "NUMBERED", $"data.n={count - 1}");
        load.Tell($"{count} events journalled after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");

        var numbers = (await gateway.EventsAsync("vm=noisy&event=NUMBERED")).Select(static e => e.Data().GetProperty("n").GetInt32());
        Assert.Equal(Enumerable.Range(0, count), numbers);
        Assert.Empty(await gateway.EventsAsync("vm=*&event=EVENTS_LOST"));
        Assert.Empty(await gateway.EventsAsync("vm=*&event=VM_DISCONNECTED"));
        await load.AssertAsync(300 * MiB);
    }

    [Fact]
    public async Task An_answer_of_200_MB_is_handed_on_while_others_are_served()
    {
        const int size = 200_000_000;
        await using var noisy = new AnsweringQemu { Unanswered = "query-huge" };
        await using var other = new AnsweringQemu();
        await using var gateway = await ConnectedAsync(noisy, other);
        await using var load = Watch(gateway);
        using var patient = new HttpClient { BaseAddress = gateway.Address, Timeout = TimeSpan.FromMinutes(2) };
        using var question = new StringContent("""{"execute":"query-huge"}""", Encoding.UTF8, "application/json");
        var asking = patient.PostAsync("/vms/noisy/qmp?timeout=300", question, TestContext.Current.CancellationToken);
        await Poll.UntilAsync(() => Task.FromResult(noisy.LastUnanswered is null ? "" : "asked"), "asked");

        // In one piece: the fake goes on answering other commands.
        await noisy.SendAsync($$"""{"return": "{{new string('x', size)}}", "id": "{{noisy.LastUnanswered}}"}""");
        using var answer = await asking;
        var length = (await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)).Length;
        Assert.Equal(("OK", size + """{"return":""}""".Length), (answer.StatusCode.ToString(), length));
        Assert.Empty(await gateway.EventsAsync("vm=*&event=VM_DISCONNECTED"));
        (await gateway.GetAsync("/vms/noisy/status")).Json();
        await load.AssertAsync(1500 * MiB);
    }

    [Fact]
    public async Task A_message_without_an_end_is_cut_off()
    {
        await using var noisy = new AnsweringQemu();
        await using var other = new AnsweringQemu();
        await using var gateway = await ConnectedAsync(noisy, other);
        await using var load = Watch(gateway);
        try
        {
            await noisy.SendAsync($$"""{"return": "{{new string('x', 300_000_000)}}""");
        }
        catch (Exception cut) when (cut is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // By the gateway.
        }

        var lost = await gateway.EventAsync("noisy", "VM_DISCONNECTED");
        Assert.Equal("a message is larger than 268435456 bytes", lost.Data().GetProperty("reason").GetString());
        await gateway.EventAsync("noisy", "VM_CONNECTED", $"after={lost.Id()}");
        await load.AssertAsync(1000 * MiB);
    }

    private static async Task<RealGateway> ConnectedAsync(AnsweringQemu noisy, AnsweringQemu other)
    {
        var gateway = await RealGateway.StartAsync(
            RealGateway.Vm("noisy", noisy.Endpoint), RealGateway.Vm("other", other.Endpoint), "--Gateway:Journal:KeepEventsPerVm=1000000");
        (await gateway.GetAsync("/vms/noisy/status?until=running")).Json();
        (await gateway.GetAsync("/vms/other/status?until=running")).Json();
        return gateway;
    }

    private static GatewayLoad Watch(RealGateway gateway) => GatewayLoad.Watch(gateway, "/vms/other/status", TestContext.Current.TestOutputHelper!.WriteLine);
}
