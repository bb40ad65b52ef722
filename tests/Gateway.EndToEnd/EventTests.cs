using Gateway.EndToEnd.Support;
using QmpGateway.Qmp;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>Every run-state event that a real QEMU sends reaches the gateway's clients as QEMU sent it.</summary>
public sealed class EventTests(SharedGateway shared)
{
    private static readonly string[] Names =
    [
        RunStateEvents.Shutdown, RunStateEvents.Powerdown, RunStateEvents.Reset, RunStateEvents.Stop, RunStateEvents.Resume,
        RunStateEvents.Suspend, RunStateEvents.SuspendDisk, RunStateEvents.Wakeup, RunStateEvents.Watchdog, RunStateEvents.GuestPanicked,
        RunStateEvents.GuestCrashLoaded, RunStateEvents.MemoryFailure,
    ];

    public static TheoryData<string> Cases => [.. EventCases.All.Select(static one => one.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_QEMU_tells_reaches_every_client(string name)
    {
        var one = EventCases.All.Single(one => one.Name == name);
        var arguments = one.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, new() { Guest = one.Guest, Paused = true, Arguments = arguments });
        await using var json = await HubReader.SubscribeAsync(shared.Gateway, messagePack: false, Names, new { vms = new[] { vm.Id } });
        await using var binary = await HubReader.SubscribeAsync(shared.Gateway, messagePack: true, Names, new { vms = new[] { vm.Id } });

        await one.Do(vm);

        var cursor = "start";
        foreach (var (expected, data) in one.Expected.Select(Split))
        {
            var seen = await vm.EventAsync(expected, $"after={cursor}");
            Same.Json(data, seen.Data());
            Assert.Equal("qemu", seen.GetProperty("origin").GetString());
            Assert.Equal(vm.Id, seen.GetProperty("vm").GetString());
            Same.Json(seen, await json.WaitForAsync(seen.Id()));
            Same.Json(seen, await binary.WaitForAsync(seen.Id()));
            cursor = seen.Id();
        }

        await AssertSameAsQemuSaysAsync(vm, cursor, one.Ends);
    }

    private static (string Name, string Data) Split(string expected) =>
        expected.Split(' ', 2) is [var name, var data] ? (name, data) : (expected, "{}");

    /// <summary>The gateway's journal has what another monitor of the same QEMU was sent: in order, to the microsecond.</summary>
    private static async Task AssertSameAsQemuSaysAsync(WatchedVm vm, string last, bool ends)
    {
        if (ends)
        {
            await vm.Qemu.Side.UntilClosedAsync();
            await vm.EventAsync("VM_DISCONNECTED");
        }

        var told = (await vm.Gateway.EventsAsync($"vm={vm.Id}")).Where(static e => e.GetProperty("origin").ValueEquals("qemu")).ToArray();
        var upToLast = Array.FindIndex(told, e => e.Id() == last) + 1;
        var side = vm.Qemu.Side;
        await Poll.UntilAsync(() => Task.FromResult(side.Events.Count >= upToLast ? "all" : string.Join(' ', side.Seen)), "all");
        var sent = side.Events.ToArray();
        foreach (var (message, envelope) in sent.Zip(told))
        {
            Assert.Equal(message.GetProperty("event").GetString(), envelope.Name());
            Assert.Equal(Same.Timestamp(message), envelope.GetProperty("timestamp").GetString());
            Same.Json(message.TryGetProperty("data", out var data) ? data.GetRawText() : "{}", envelope.Data());
        }

        Assert.True(!ends || sent.Length == told.Length, $"QEMU sent {sent.Length} events, the gateway tells {told.Length}");
    }
}
