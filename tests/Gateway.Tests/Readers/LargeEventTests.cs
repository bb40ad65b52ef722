using System.Text.Json;
using Gateway.Hubs;
using Gateway.Journal;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Readers;

/// <summary>Large events come whole, however they are written.</summary>
public sealed class LargeEventTests
{
    private static readonly JsonText Large = new(JsonSerializer.SerializeToUtf8Bytes(new string('x', 3 * 1024 * 1024)));

    [Fact]
    public async Task They_come_whole_to_every_reader()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var stream = await SseReader.OpenAsync(host, "/events?event=LARGE&event=SMALL");
        await using var hub = await HubClient.ConnectAsync(host, HubVia.JsonOverLongPolling, "LARGE", "SMALL");
        await hub.SubscribeAsync(new { vms = new[] { "web1" }, events = new[] { "LARGE", "SMALL" } });
        var ids = new List<string>();
        foreach (var name in (string[])["LARGE", "SMALL", "LARGE", "LARGE", "SMALL"])
        {
            ids.Add(Cursors.Write(host.Journal.Append(new NewEvent("web1", name, EventOrigin.Qemu, name == "LARGE" ? Large : JsonText.EmptyObject, null))));
        }

        foreach (var id in ids)
        {
            var told = await stream.NextAsync();
            Assert.Equal((id, told.Data.Text("event")), (told.Data.Text("id"), told.Name));
            var (method, envelope) = await hub.NextAsync();
            Assert.Equal((id, told.Name), (envelope.Text("id"), method));
            Assert.Equal(told.Data.GetRawText().Length, envelope.GetRawText().Length);
        }

        foreach (var limit in (int[])[1, 2, 4, 5, 100])
        {
            var page = (await host.GetAsync($"/events?event=LARGE&event=SMALL&limit={limit}")).Ok();
            Assert.Equal(ids.Take(limit), page.GetProperty("items").EnumerateArray().Select(static item => item.Text("id")!));
            Assert.InRange(page.Id("next"), long.Parse(ids[Math.Min(limit, 5) - 1], System.Globalization.CultureInfo.InvariantCulture), host.Journal.Head);
        }

        var waited = host.GetAsync($"/events?event=LARGE&after={ids[^1]}&wait=30");
        host.Journal.Append(new NewEvent("web1", "LARGE", EventOrigin.Qemu, Large, null));
        Assert.Single((await waited).Ok().GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Few_clients_of_the_hub_get_one_at_a_time_and_those_that_do_not_read_it_are_disconnected()
    {
        var time = new FakeTimeProvider();
        using var large = new LargeMessages(time);
        var entry = JournalEntry.From(1, new NewEvent("web1", "LARGE", EventOrigin.Qemu, new JsonText(new byte[100 * 1024 * 1024]), null), default(DateTimeOffset));
        var small = JournalEntry.From(1, new NewEvent("web1", "SMALL", EventOrigin.Qemu, JsonText.EmptyObject, null), default(DateTimeOffset));
        var aborted = 0;
        using var first = await large.TakeAsync(entry, () => aborted++, CancellationToken.None);
        var second = await large.TakeAsync(entry, () => aborted++, CancellationToken.None);
        var third = large.TakeAsync(entry, () => aborted++, CancellationToken.None).AsTask();

        Assert.Null(await large.TakeAsync(small, () => aborted++, CancellationToken.None));
        Assert.False(third.IsCompleted);
        second!.Dispose();
        using var turn = await third.WaitAsync(TestSignal.Patience, TestContext.Current.CancellationToken);
        time.Advance(LargeMessages.Patience);
        Assert.Equal(2, aborted);
    }
}
