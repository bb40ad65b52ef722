using System.Text.Json;
using Gateway.Journal;
using Gateway.Tests.Client;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Contracts;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Hubs;

/// <summary>A VM may call its events whatever it likes: none of them passes for the gateway's own messages.</summary>
public sealed class ControlMessageTests
{
    [Theory]
    [InlineData("Checkpoint")]
    [InlineData("CHECKPOINT")]
    [InlineData("Chec\u212Apoint")]
    [InlineData("CursorExpired")]
    [InlineData("cursorexpired")]
    [InlineData("constructor")]
    [InlineData("__proto__")]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("two\nlines")]
    public void An_event_with_a_name_that_clients_could_mistake_comes_by_the_method_for_any_event(string name) =>
        Assert.Equal("Event", Gateway.Hubs.HubMethods.For(Entry(name)));

    [Theory]
    [InlineData("GUEST_PANICKED")]
    [InlineData("__com.redhat_DRIVE-mirror")]
    [InlineData("Event")]
    public void Any_other_event_comes_by_the_method_of_its_name(string name) => Assert.Equal(name, Gateway.Hubs.HubMethods.For(Entry(name)));

    [Theory]
    [InlineData(HubVia.JsonOverWebSockets)]
    [InlineData(HubVia.MessagePackOverWebSockets)]
    public async Task A_vms_event_does_not_pass_for_the_hubs_own(HubVia via)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var client = await HubClient.ConnectAsync(host, via, "Checkpoint", "CursorExpired", "Event", "LAST");
        await client.SubscribeAsync(new { vms = new[] { "web1" } });
        foreach (var name in (string[])["Checkpoint", "CursorExpired", "LAST"])
        {
            await host.Fake("web1").EventAsync(name, """{"oldest":"7"}""");
        }

        var heard = new[] { await client.NextAsync(), await client.NextAsync(), await client.NextAsync() };
        Assert.Equal(
            [("Event", "Checkpoint", "qemu"), ("Event", "CursorExpired", "qemu"), ("LAST", "LAST", "qemu")],
            heard.Select(static call => (call.Method, call.Argument.Text("event")!, call.Argument.Text("origin")!)));
    }

    [Theory]
    [InlineData(HubVia.JsonOverWebSockets)]
    [InlineData(HubVia.MessagePackOverWebSockets)]
    public async Task Who_asks_to_catch_all_hears_every_event_by_one_method(HubVia via)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var client = await HubClient.ConnectAsync(host, via, "Event", "STOP");
        await client.SubscribeAsync(new { vms = new[] { "web1" }, catchAll = true });
        await host.Fake("web1").EventAsync("STOP");
        await host.Fake("web1").EventAsync("Checkpoint");
        foreach (var name in (string[])["STOP", "Checkpoint"])
        {
            var (method, envelope) = await client.NextAsync();
            Assert.Equal(("Event", name), (method, envelope.Text("event")));
        }

        // A burst goes in one write.
        for (var i = 0; i < 100; i++)
        {
            await host.Fake("web1").EventAsync("STOP", $$"""{"n":{{i}}}""");
        }

        for (var i = 0; i < 100; i++)
        {
            var (method, envelope) = await client.NextAsync();
            Assert.Equal(("Event", i), (method, envelope.GetProperty("data").GetProperty("n").GetInt32()));
        }
    }

    [Fact]
    public async Task A_stream_tells_its_cursor_first_and_then_whenever_nothing_came()
    {
        await using var host = new GatewayHost { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await using var client = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets);
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        var items = client.Stream(new { events = new[] { "WANTED" }, checkpoints = true }, limit.Token).GetAsyncEnumerator(limit.Token);
        Assert.Equal("0", (await NextAsync()).Text("cursor"));
        host.Journal.Append(new NewEvent("a", "OTHER", EventOrigin.Qemu, JsonText.EmptyObject, null));
        var checkpoint = await host.AdvanceUntilAsync(NextAsync(), TimeSpan.FromMilliseconds(500));
        Assert.Equal("""{"cursor":"1"}""", checkpoint.GetRawText());
        Assert.InRange(host.Time!.GetUtcNow() - host.Time.Start, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
        host.Journal.Append(new NewEvent("a", "WANTED", EventOrigin.Qemu, JsonText.EmptyObject, null));
        Assert.Equal("2", (await NextAsync()).Text("id"));

        async Task<JsonElement> NextAsync()
        {
            Assert.True(await items.MoveNextAsync());
            return JsonSerializer.SerializeToElement(items.Current);
        }
    }

    [Theory]
    [InlineData("cursor-expired")]
    [InlineData("error")]
    [InlineData("open")]
    [InlineData("a\rb")]
    public async Task A_vms_event_does_not_pass_for_a_message_of_the_stream(string name)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var stream = await SseReader.OpenAsync(host, "/vms/web1/events");
        await using var typed = GatewayClientTests.Of(host).ReadEventsAsync(new Subscription { After = "start", Events = [name] }).GetAsyncEnumerator();
        host.Journal.Append(new NewEvent("web1", name, EventOrigin.Qemu, new JsonText("""{"oldest":"7"}"""u8.ToArray()), null));
        var (id, kind, data) = await stream.NextAsync();
        Assert.Equal((data.Text("id"), null, name), (id, kind, data.Text("event")));
        Assert.True(await typed.MoveNextAsync());
        Assert.Equal((name, "qemu"), (typed.Current.Event, typed.Current.Origin));
    }

    [Fact]
    public async Task A_vm_that_says_it_went_does_not_end_a_wait()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").On("stop", async command =>
        {
            await host.Fake("web1").EventAsync("VM_DISCONNECTED", """{"reason":"no"}""");
            await host.Fake("web1").EventAsync("VM_STATUS_CHANGED", """{"status":{"status":"shutdown","running":false}}""");
            await host.Fake("web1").ReturnAsync(command);
            await host.Fake("web1").EventAsync("STOP");
        });
        var until = host.GetAsync("/vms/web1/status?until=shutdown&timeout=1");
        Assert.Equal("STOP", (await host.PostAsync("/vms/web1/stop?wait=30")).Ok().Text("event"));
        Assert.Equal(504, (await until).Status);
    }

    private static JournalEntry Entry(string name) =>
        JournalEntry.From(1, new NewEvent("web1", name, EventOrigin.Qemu, JsonText.EmptyObject, null), DateTimeOffset.UnixEpoch);
}
