using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using CsCheck;
using Xunit;

namespace Gateway.Tests.Fuzzing;

/// <summary>Whatever a client says to the hub, it is answered or hung up on, and other clients do not notice.</summary>
public sealed class HubFuzzTests
{
    private const char End = '\x1e';
    private const string Last = """{"type":1,"target":"Unsubscribe","arguments":[],"invocationId":"last"}""" + "\x1e";

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(300);

    // One member that is read for what it says, beside objects of which most are refused for their shape.
    private static readonly Gen<string> Single = Gen.Select(
        Gen.OneOf("vms", "events", "after", "data"), Gen.OneOf(Gen.String, Gen.OneOf("start", "0", "-1", "99999999999999999999", "x*", "")),
        static (name, text) => $$"""{"{{name}}":{{(name is "after" or "data" ? JsonSerializer.Serialize(text) : $"[{JsonSerializer.Serialize(text)}]")}}}""");

    private static readonly Gen<string> Argument = Gen.Frequency((3, Single), (3, JsonNear.ObjectOf(["vms", "events", "data", "after", "x"])), (1, JsonNear.Value));

    private static readonly Gen<string> Target = Gen.OneOf("\"Subscribe\"", "\"Subscribe\"", "\"Subscribe\"", "\"Stream\"", "\"Stream\"", "\"Stream\"", "\"Unsubscribe\"", "\"subscribe\"", "\"Nope\"", "\"Dispose\"", "\"\"", "null", "1");

    private static readonly Gen<string> Invocation = Gen.Select(
        Gen.Frequency((5, Gen.OneOf("1", "4")), (1, Gen.OneOf("5", "2", "3", "6", "9", "0", "\"1\"", "null"))), Target, Gen.Frequency((6, Argument.Array[1, 1]), (1, Argument.Array[0, 3])), Gen.OneOf("\"1\"", "\"2\"", "1", "null"),
        static (type, target, arguments, id) => $$"""{"type":{{type}},"target":{{target}},"arguments":[{{string.Join(',', arguments)}}],"invocationId":{{id}}}{{End}}""");

    private static readonly Gen<byte[]> Message = Gen.Frequency(
        (8, Invocation.Select(Encoding.UTF8.GetBytes)),
        (2, JsonNear.Value.Select(static json => Encoding.UTF8.GetBytes(json + End))),
        (1, Gen.Byte.Array[0, 60]));

    private static readonly Gen<string> Handshake = Gen.Frequency(
        (12, Gen.Const("""{"protocol":"json","version":1}""" + End)),
        (1, Gen.Const("""{"protocol":"messagepack","version":1}""" + End)),
        (1, JsonNear.Value.Select(static json => json + End)));

    [Fact]
    public async Task Any_bytes_to_the_hub_are_answered_or_end_the_connection()
    {
        await using var host = await GatewayHost.ConnectedAsync("x");

        await Gen.Select(Handshake, Message.Array[0, 6]).SampleAsync(async (handshake, messages) =>
        {
            using var socket = await host.Server.CreateWebSocketClient().ConnectAsync(new Uri("ws://localhost/hubs/events"), CancellationToken.None);
            var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var heard = ReadAsync(socket, answered);
            try
            {
                foreach (var message in messages.Prepend(Encoding.UTF8.GetBytes(handshake)).Append(Encoding.UTF8.GetBytes(Last)))
                {
                    await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                }

                // Calls are answered in turn; what no call can follow, a message that never ends, is hung up on.
                await Task.WhenAny(answered.Task, heard, Task.Delay(Glance));
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            }
            catch (Exception closed) when (closed is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Hung up on.
            }

            Fuzzed.AssertTellsNothing(await heard.WaitAsync(TestSignal.Patience));
            host.AssertNoFaults();
        });

        await using var client = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets, "STOP");
        await client.SubscribeAsync(new { vms = new[] { "x" } });
        await host.Fake("x").EventAsync("STOP");
        Assert.Equal("STOP", (await client.NextAsync()).Method);
    }

    /// <summary>All that the gateway says until it hangs up.</summary>
    private static async Task<string> ReadAsync(WebSocket socket, TaskCompletionSource answered)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } part)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
                _ = text.ToString().Contains("\"invocationId\":\"last\"", StringComparison.Ordinal) && answered.TrySetResult();
            }
        }
        catch (Exception closed) when (closed is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Without a word.
        }

        return text.ToString();
    }
}
