using System.Globalization;
using System.Text.Json;
using CsCheck;
using Gateway.Tests.Client;
using Gateway.Tests.Observability;
using QmpGateway.Contracts;
using Xunit;

namespace Gateway.Tests.Fuzzing;

/// <summary>Whatever one VM sends, the readers of another's events get them, and its counters go on.</summary>
public sealed class EventFuzzTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        "info", "type", "i\\ud800nfo-longer", "in\\udc00fo", "\\ud800info", "info\\ud83d", "i\\u006efo", "\\ud83d\\ude00", "", "__proto__", "a\\u0000b", "cursor", "id");

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.OneOf("1e400", "-0.0", "18446744073709551616", "1", "null", "true", "{}", "[]", new string('9', 400)), Text.Select(static text => $"\"{text}\""));

    private static readonly Gen<string> Data = Gen.Recursive<string>((depth, inner) => Gen.Frequency(
        (2, depth == 0 ? Gen.Const("{}") : Scalar),
        (4, Gen.Select(Text, depth > 3 ? Scalar : inner).Select(static (name, value) => $"\"{name}\":{value}").Array[0, 4].Select(static all => $"{{{string.Join(',', all)}}}")),
        (1, depth > 3 ? Scalar : inner.Select(static item => $"[{item}]")),
        (1, Gen.Int[50, 1000].Select(static levels => string.Concat(Enumerable.Repeat("{\"info\":[", levels / 2)) + "1" + string.Concat(Enumerable.Repeat("]}", levels / 2))))));

    private static readonly Gen<string> Name = Gen.OneOf(
        "GUEST_PANICKED", "GUEST_PANICKED", "EVENTS_LOST", "VM_DISCONNECTED", "VM_REMOVED", "VM_STATUS_CHANGED", "Checkpoint", "cursor-expired", "Event", "constructor", "", "a b", "\\n", "\\u0000", "\\ud83d\\ude00", "\\ud800");

    // The last as bytes that are no UTF-8.
    private static readonly Gen<byte[]> Message = Gen.Select(Name, Data, Gen.Int[0, 9], static (name, data, odd) =>
    {
        var message = JsonNear.Bytes($$"""{"event":"{{name}}","data":{{data}}}""" + "\r\n");
        if (odd == 0 && Array.LastIndexOf(message, (byte)'o') is var at and > 0)
        {
            message[at] = 0xFF;
        }

        return message;
    });

    private static readonly JsonElement Other = JsonElement.Parse("""{"event":"OTHER"}""");

    [Fact]
    public async Task Nothing_that_a_vm_sends_harms_the_readers_of_another()
    {
        await using var host = await GatewayHost.ConnectedAsync("x", "y");
        await using var json = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets, "MARK");
        await using var packed = await HubClient.ConnectAsync(host, HubVia.MessagePackOverWebSockets, "Event");
        await json.SubscribeAsync(null);
        await packed.SubscribeAsync(new { catchAll = true });
        await using var filtered = await SseReader.OpenAsync(host, "/events?data.info=mark");
        // The streams live as long as the test, which makes many reconnects.
        using var limit = new CancellationTokenSource(10 * TestSignal.Patience);
        await using var streamed = json.Stream(new { after = "start" }, limit.Token).GetAsyncEnumerator(limit.Token);
        await using var client = GatewayClientTests.Of(host).ReadEventsAsync(new Subscription { After = "start" }, limit.Token).GetAsyncEnumerator(limit.Token);
        var mark = 0;
        Exception? failure = null;

        // A sample that fails leaves the readers in the middle of it: a smaller one, which the generator looks for, would tell of that alone.
        await Message.Array[1, 10].SampleAsync(messages => failure is null ? ReadAsync(messages) : Task.CompletedTask, iter: 20, threads: 1);

        await host.EventuallyAsync(() => CountedAsync("y", "MARK").Result == mark, "the counter of y");
        Assert.Equal(0, await CountedAsync("x", "EVENTS_LOST"));

        async Task ReadAsync(byte[][] messages)
        {
            try
            {
                foreach (var message in messages)
                {
                    await host.EventuallyAsync(() => host.Snapshot("x").Connection.State == Gateway.Vms.ConnectionState.Connected, "x");
                    await host.Fake("x").SendAsync(message);
                }

                var n = (++mark).ToString(CultureInfo.InvariantCulture);
                // Behind what the other VM sent.
                await host.PostAsync("/vms/x/qmp", """{"execute":"query-status"}""");
                await host.Fake("y").EventAsync("MARK", $$"""{"info":"mark","n":"{{n}}"}""");
                Assert.Equal(n, (await json.NextAsync()).Argument.GetProperty("data").Text("n"));
                Assert.Equal(n, (await filtered.NextAsync()).Data.GetProperty("data").Text("n"));
                await UntilMarkAsync(async () => (await packed.NextAsync()).Argument);
                await UntilMarkAsync(async () => await streamed.MoveNextAsync() ? (JsonElement)streamed.Current : default);
                await UntilMarkAsync(async () => await client.MoveNextAsync() && client.Current.Event == "MARK" ? JsonSerializer.SerializeToElement(new { @event = "MARK", data = client.Current.Data }) : Other);
                var page = (await host.GetAsync("/events?data.info=mark&limit=1000")).Ok();
                Assert.Equal(mark, page.GetProperty("items").GetArrayLength());

                async Task UntilMarkAsync(Func<Task<JsonElement>> next)
                {
                    while (await next() is var item && !(item.Text("event") == "MARK" && item.GetProperty("data").Text("n") == n))
                    {
                    }
                }
            }
            catch (Exception broken)
            {
                failure = broken;
                throw;
            }
        }

        async Task<double> CountedAsync(string vm, string name) => (await Scrape.OfAsync(host)).Series
            .Where(series => series.Name == "qmp_gateway_events_total" && series.Labels["vm"] == vm && series.Labels["event"] == name).Sum(static series => series.Value);
    }
}
