using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>Every run state of a real QEMU shows at the gateway: to who asks, to who waits, and as an event with its cause.</summary>
public sealed class StateTests(SharedGateway shared)
{
    public static TheoryData<string> Cases => [.. StateCases.All.Select(static one => one.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_state_shows_and_says_why(string name)
    {
        var one = StateCases.All.Single(one => one.Name == name);
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, one.Options);

        var waiting = vm.GetAsync($"/status?until={one.State}&timeout=20");
        await one.Do(vm);

        var shown = await waiting;
        Assert.True(shown.Status == HttpStatusCode.OK, $"{shown.Text}\n{await vm.DescribeAsync()}");
        Assert.Equal(one.State, shown.Json().GetProperty("status").GetString());
        var changed = await vm.EventAsync("VM_STATUS_CHANGED", $"data.status.status={one.State}");
        await AssertCauseAsync(vm, one.Cause, changed);
        if (one.State != "debug")
        {
            Same.Json((await vm.GetAsync("/status")).Json(), changed.Data().GetProperty("status"));
            var listed = (await vm.GetAsync("")).Json();
            Same.Json(changed.Data().GetProperty("status"), listed.GetProperty("status"));
            Same.Json(changed.Data().GetProperty("cause"), listed.GetProperty("statusCause"));
        }
    }

    [Fact]
    public async Task A_migration_shows_its_states_on_both_sides()
    {
        string[] incoming = ["-incoming", "defer"];
        await using var target = await WatchedVm.StartAsync(shared.Gateway, new() { Guest = Guests.Idle, Arguments = incoming });
        await using var source = await WatchedVm.StartAsync(shared.Gateway, new() { Guest = Guests.Idle });
        var uri = $"unix:{target.Qemu.PathOf("migration.sock")}";
        await target.Qemu.Side.ExecuteAsync("migrate-incoming", new { uri });
        var capabilities = new[] { "pause-before-switchover", "events" }.Select(static capability => new { capability, state = true });
        await source.Qemu.Side.ExecuteAsync("migrate-set-capabilities", new { capabilities });

        await source.Qemu.Side.ExecuteAsync("migrate", new { uri });
        await AssertShowsAsync(source, "finish-migrate");
        await Poll.UntilAsync(() => MigrationAsync(source), "pre-switchover");
        await source.Qemu.Side.ExecuteAsync("migrate-continue", new { state = "pre-switchover" });

        await AssertShowsAsync(source, "postmigrate");
        await AssertShowsAsync(target, "running");
        var ended = await source.EventAsync("VM_STATUS_CHANGED", "data.status.status=postmigrate");
        Assert.Equal("MIGRATION", ended.Data().GetProperty("cause").GetProperty("event").GetString());
        Assert.Equal("finish-migrate", ended.Data().GetProperty("previous").GetProperty("status").GetString());
    }

    private static async Task AssertShowsAsync(WatchedVm vm, string state)
    {
        (await vm.GetAsync($"/status?until={state}&timeout=20")).Json();
        Assert.Equal(state, await vm.StatusAsync());
        await vm.EventAsync("VM_STATUS_CHANGED", $"data.status.status={state}");
    }

    private static async Task AssertCauseAsync(WatchedVm vm, string? expected, JsonElement changed)
    {
        var cause = changed.Data().GetProperty("cause");
        if (expected is null)
        {
            Assert.Equal(JsonValueKind.Null, cause.ValueKind);
        }
        else if (char.IsLower(expected[0]))
        {
            Same.Json($$"""{"command":"{{expected}}","who":"anonymous"}""", cause);
        }
        else
        {
            var events = await vm.Gateway.EventsAsync($"vm={vm.Id}&event={expected}");
            var last = events.Last(e => long.Parse(e.Id()) < long.Parse(changed.Id()));
            Same.Json($$"""{"event":"{{expected}}","id":"{{last.Id()}}"}""", cause);
        }
    }

    private static async Task<string> MigrationAsync(WatchedVm vm) =>
        (await vm.Qemu.Side.ExecuteAsync("query-migrate")).GetProperty("status").GetString()!;
}
