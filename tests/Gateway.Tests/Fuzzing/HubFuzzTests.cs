using System.Net.WebSockets;
using System.Text;
using CsCheck;
using Xunit;

namespace Gateway.Tests.Fuzzing;

/// <summary>Whatever a client says to the hub, it is answered or hung up on, and other clients do not notice.</summary>
public sealed class HubFuzzTests
{
    private const char End = '\x1e';

    private static readonly Gen<string> Target = Gen.OneOf("\"Subscribe\"", "\"Stream\"", "\"Unsubscribe\"", "\"subscribe\"", "\"Nope\"", "\"Dispose\"", "\"\"", "null", "1");

    private static readonly Gen<string> Invocation = Gen.Select(
        Gen.OneOf("1", "4", "5", "2", "3", "6", "9", "0", "\"1\"", "null"), Target, JsonNear.Value.Array[0, 2], Gen.OneOf("\"1\"", "\"2\"", "1", "null"),
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
            var heard = ReadAsync(socket);
            try
            {
                await SendAsync(socket, Encoding.UTF8.GetBytes(handshake));
                foreach (var message in messages)
                {
                    await SendAsync(socket, message);
                }

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

    private static Task SendAsync(WebSocket socket, byte[] bytes) => socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>All that the gateway says until it hangs up.</summary>
    private static async Task<string> ReadAsync(WebSocket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } part)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
            }
        }
        catch (Exception closed) when (closed is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Without a word.
        }

        return text.ToString();
    }
}
