using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The real program on a real file system without a byte left.</summary>
public sealed class FullDiskTests
{
    private static readonly string Large = new('x', 1024 * 1024);

    [Fact]
    public async Task Nothing_stands_still_and_nothing_is_lost_while_the_disk_is_full()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 24);
        await using var qemu = new AnsweringQemu();
        await using var gateway = await StartAsync(disk, qemu);
        disk.Fill();
        await SendAsync(qemu, 0, 3000);
        await UnreadyAsync(gateway, "Free space");

        // QMP is read and commands go on; what has to be remembered is refused before it is done.
        (await gateway.PostAsync("/vms/x/stop")).NoContent();
        (await gateway.GetAsync("/vms/x/status")).Json();
        (await gateway.PutAsync("/vms/y", """{"endpoint":"unix:/nowhere"}""")).Problem(503, "storage-unavailable");
        var before = await NumbersAsync(gateway);
        disk.Free();

        await ReadyAsync(gateway);
        await NumberedAsync(gateway, 2999);
        Assert.Equal(Enumerable.Range(0, 3000), await NumbersAsync(gateway));
        Assert.Equal(before, (await NumbersAsync(gateway)).Take(before.Count));
        (await gateway.PutAsync("/vms/y", """{"endpoint":"unix:/nowhere"}""")).Json();
        Assert.Empty(await gateway.EventsAsync("event=EVENTS_LOST"));
        Assert.Equal(1, Count(gateway.Log, "The journal cannot be written"));
        Assert.Equal(1, Count(gateway.Log, "The journal can be written again"));
    }

    [Fact]
    public async Task Past_the_bound_the_oldest_are_lost_and_each_is_counted_once()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 400);
        await using var qemu = new AnsweringQemu();
        await using var gateway = await StartAsync(disk, qemu);
        disk.Fill();
        await SendAsync(qemu, 0, 1);
        await UnreadyAsync(gateway, "Free space");
        for (var i = 0; i < 160; i++)
        {
            await qemu.EventAsync("LARGE", $$"""{"n": {{i}}, "x": "{{Large}}"}""");
        }

        await SendAsync(qemu, 1, 2);
        await Poll.UntilAsync(async () => (await gateway.GetAsync("/health/ready")).Text.Contains("0 are lost", StringComparison.Ordinal) ? "none" : "some", "some");
        // What the gateway has not read yet is not lost yet either.
        (await gateway.GetAsync("/vms/x/status")).Json();
        disk.Free();
        await ReadyAsync(gateway);
        await NumberedAsync(gateway, 1);

        var lost = (await gateway.EventsAsync("vm=x&event=EVENTS_LOST")).Sum(static told => told.Data().GetProperty("count").GetInt32());
        var large = (await gateway.EventsAsync("vm=x&event=LARGE")).Select(static told => told.Data().GetProperty("n").GetInt32()).ToArray();
        Assert.Equal(Enumerable.Range(160 - large.Length, large.Length), large);
        Assert.InRange(lost, 160 - large.Length, 160 - large.Length + 3);
        Assert.Equal(Enumerable.Range(0, 2), await NumbersAsync(gateway));
    }

    [Fact]
    public async Task A_kill_on_a_full_disk_costs_what_was_not_shown_alone_and_the_next_start_needs_no_room()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 24);
        await using var qemu = new AnsweringQemu();
        await using var gateway = await StartAsync(disk, qemu);
        await SendAsync(qemu, 0, 100);
        await NumberedAsync(gateway, 99);
        disk.Fill();
        await SendAsync(qemu, 100, 1000);
        await UnreadyAsync(gateway, "Free space");
        var shown = await gateway.EventsAsync("vm=x");

        await gateway.KillAsync();
        await gateway.RestartAsync();
        Assert.Equal(shown.Select(Same.Text), (await gateway.EventsAsync("vm=x")).Take(shown.Count).Select(Same.Text));
        await UnreadyAsync(gateway, "Free space");
        (await gateway.GetAsync("/vms/x/status?until=running")).Json();
        (await gateway.PostAsync("/vms/x/stop")).NoContent();
        disk.Free();
        await ReadyAsync(gateway);
        await SendAsync(qemu, 5000, 5001);
        await NumberedAsync(gateway, 5000);

        var after = await gateway.EventsAsync("vm=x");
        Assert.Equal(shown.Select(Same.Text), after.Take(shown.Count).Select(Same.Text));
        Assert.Equal(after.Count, after.Select(History.Id).Distinct().Count());
        Assert.Contains(after.Skip(shown.Count), static told => told.Name() == "VM_CONNECTED" && told.Data().GetProperty("resumed").GetBoolean());
    }

    private static async Task<RealGateway> StartAsync(SmallDisk disk, AnsweringQemu qemu)
    {
        var gateway = await RealGateway.StartAsync(disk.Inside, [RealGateway.Vm("x", qemu.Endpoint), $"--Gateway:DataDirectory={disk.MountPoint}"]);
        (await gateway.GetAsync("/vms/x/status?until=running")).Json();
        await gateway.EventAsync("x", "VM_CONNECTED");
        return gateway;
    }

    private static async Task SendAsync(AnsweringQemu qemu, int from, int to)
    {
        for (var n = from; n < to; n++)
        {
            await qemu.EventAsync("NUMBERED", $$"""{"n": {{n}}}""");
        }
    }

    private static Task<JsonElement> NumberedAsync(RealGateway gateway, int n) => gateway.EventAsync("x", "NUMBERED", $"data.n={n}");

    private static async Task<List<int>> NumbersAsync(RealGateway gateway) =>
        [.. (await gateway.EventsAsync("vm=x&event=NUMBERED")).Select(static told => told.Data().GetProperty("n").GetInt32())];

    private static Task UnreadyAsync(RealGateway gateway, string advice) => Poll.UntilAsync(
        async () => await gateway.GetAsync("/health/ready") is { Status: HttpStatusCode.ServiceUnavailable } told && told.Text.Contains(advice, StringComparison.Ordinal) ? "told" : "not told", "told");

    private static Task ReadyAsync(RealGateway gateway) => Poll.UntilAsync(async () => (await gateway.GetAsync("/health/ready")).Status.ToString(), "OK");

    private static int Count(string log, string line) => log.Split(line).Length - 1;
}
