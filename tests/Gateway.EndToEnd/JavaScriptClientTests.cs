using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The hub serves Microsoft's JavaScript client, by both protocols.</summary>
public sealed class JavaScriptClientTests
{
    private const int Kept = 20;

    [Theory]
    [InlineData("json")]
    [InlineData("messagepack")]
    public async Task Events_checkpoints_and_problems_arrive(string protocol)
    {
        await using var qemu = new AnsweringQemu();
        await using var gateway = await RealGateway.StartAsync(
            RealGateway.Vm("x", qemu.Endpoint), $"--Gateway:Journal:KeepEventsPerVm={Kept}");
        var expired = await ExpireAsync(gateway, qemu);
        await using var client = await NodeScript.StartAsync("subscribe.mjs", new
        {
            url = new Uri(gateway.Address, "/hubs/events"),
            protocol,
            names = new[] { "GUEST_PANICKED", "VM_STATUS_CHANGED" },
            filter = new { vms = new[] { "x" } },
            wrong = new object[] { new { after = expired }, new { after = "tomorrow" }, new { colour = "red" }, new { vms = 7 } },
        });
        var subscribed = await client.LineAsync("subscribed");
        Assert.Equal((await gateway.VmAsync("x")).GetProperty("cursor").GetString(), subscribed.GetProperty("cursor").GetString());

        await qemu.EventAsync("GUEST_PANICKED",
            """{"action":"pause","info":{"type":"tdx","error-code":4294967295,"message":"<b>\u0000","gpa":9007199254740991}}""");

        var told = await gateway.EventAsync("x", "GUEST_PANICKED");
        Same.Json(told, await client.LineAsync("called"));
        Same.Json(told, await client.LineAsync("streamed"));
        Assert.Equal("GUEST_PANICKED", (await client.LineAsync("as")).GetString());
        string[] slugs = ["cursor-expired", "invalid-request", "invalid-request", "invalid-request"];
        var refusals = client.Lines.Where(static line => line.TryGetProperty("refused", out _));
        Assert.Equal(slugs, refusals.Select(static line => line.GetProperty("refused").GetString()!.Split(':')[0]));
        Assert.True(long.Parse((await client.LineAsync("checkpoint")).GetString()!) >= long.Parse(told.Id()));
    }

    [Fact]
    public async Task Numbers_beyond_what_JavaScript_can_hold_still_arrive()
    {
        await using var qemu = new AnsweringQemu();
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));
        (await gateway.GetAsync("/status?until=running")).Json();
        await using var client = await NodeScript.StartAsync("subscribe.mjs", new
        {
            url = new Uri(gateway.Address, "/hubs/events"),
            protocol = "messagepack",
            names = new[] { "GUEST_PANICKED" },
            filter = new { },
            wrong = Array.Empty<object>(),
        });
        await client.LineAsync("subscribed");

        await qemu.EventAsync("GUEST_PANICKED",
            """{"action":"pause","info":{"type":"hyper-v","arg1":18446744073709551615,"arg2":1,"arg3":2,"arg4":3,"arg5":4}}""");

        var info = (await client.LineAsync("called")).Data().GetProperty("info");
        Assert.Equal(18446744073709551615d, info.GetProperty("arg1").GetDouble());
        Assert.Equal(4, info.GetProperty("arg5").GetInt32());
    }

    /// <summary>Has so many events come that the first is no longer kept; answers the cursor before it.</summary>
    private static async Task<string> ExpireAsync(RealGateway gateway, AnsweringQemu qemu)
    {
        (await gateway.GetAsync("/status?until=running")).Json();
        var first = (await gateway.EventAsync("x", "VM_ADDED")).Id();
        for (var i = 0; i < 2 * Kept; i++)
        {
            await qemu.EventAsync("NOISE");
        }

        await Poll.UntilAsync(async () => (await gateway.GetAsync($"/vms/x/events?after={first}")).Status.ToString(), "Gone");
        return first;
    }
}
