using System.Net;
using System.Net.Sockets;
using System.Text;
using Benchmarks.Processes;

namespace Benchmarks.Load;

/// <summary>Many readers of one server's events, over bare sockets.</summary>
internal sealed class Readers : IDisposable
{
    private readonly List<(Socket Socket, Sequence Sequence)> all = [];

    private Readers()
    {
    }

    /// <summary>Hub connections over WebSockets; each subscribes to all events where <paramref name="subscribe"/> says so.</summary>
    public static Task<Readers> OfHubAsync(Uri server, string path, bool subscribe, int count, Func<Sequence> sequence, Encoded encoded) => OpenAsync(server, count, static () => new Frames(), sequence, async socket =>
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: localhost\r\n{GatewayProcess.Authorization}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        await UntilAsync(socket, "\r\n\r\n"u8.ToArray());
        var protocol = encoded == Encoded.Json ? "json" : "messagepack";
        await socket.SendAsync(Frame(Encoding.ASCII.GetBytes($"{{\"protocol\":\"{protocol}\",\"version\":1}}\x1e"), text: true));
        await UntilAsync(socket, "{}\x1e"u8.ToArray());
        if (subscribe)
        {
            await socket.SendAsync(encoded == Encoded.Json
                ? Frame("{\"type\":1,\"invocationId\":\"1\",\"target\":\"Subscribe\",\"arguments\":[{}]}\x1e"u8.ToArray(), text: true)
                // [1, {}, "1", "Subscribe", [{}]], its length before it
                : Frame([17, 0x95, 1, 0x80, 0xA1, (byte)'1', 0xA9, .. "Subscribe"u8, 0x91, 0x80], text: false));
            await UntilAsync(socket, "cursor"u8.ToArray());
        }
    });

    /// <summary>Streams of server-sent events.</summary>
    public static Task<Readers> OfStreamAsync(Uri server, string path, int count, Func<Sequence> sequence) => OpenAsync(server, count, static () => new Chunks(), sequence, async socket =>
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n{GatewayProcess.Authorization}Accept: text/event-stream\r\n\r\n"));
        await UntilAsync(socket, "\r\n\r\n"u8.ToArray());
    });

    /// <summary>Ends when every reader has all of its events.</summary>
    public async Task WholeAsync(TimeSpan patience)
    {
        var left = all.ConvertAll(static reader => reader.Sequence.Whole);
        var limit = Task.Delay(patience);
        while (left.Count > 0)
        {
            // One that failed reads no more, and may hold up the others.
            var next = await Task.WhenAny([.. left, limit]);
            if (next == limit)
            {
                throw new InvalidDataException($"{left.Count} of {all.Count} readers did not get all events in {patience.TotalSeconds:0} s");
            }

            await next;
            left.RemoveAll(static one => one.IsCompletedSuccessfully);
        }
    }

    public void Dispose() => all.ForEach(static reader => reader.Socket.Dispose());

    private static async Task<Readers> OpenAsync(Uri server, int count, Func<IFraming> framing, Func<Sequence> sequence, Func<Socket, Task> begin)
    {
        var readers = new Readers();
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, server.Port);
            await begin(socket);
            var events = sequence();
            readers.all.Add((socket, events));
            _ = ReadAsync(socket, events, framing());
        }

        return readers;
    }

    private static async Task ReadAsync(Socket socket, Sequence sequence, IFraming framing)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and var got)
            {
                framing.Read(buffer.AsSpan(0, got), sequence.Add);
            }

            sequence.Fail(new IOException("the server hung up"));
        }
        catch (Exception over)
        {
            sequence.Fail(over);
        }
    }

    private static async Task UntilAsync(Socket socket, byte[] what)
    {
        var buffer = new byte[4096];
        for (var have = 0; buffer.AsSpan(0, have).IndexOf(what) < 0;)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(have));
            have += got > 0 ? got : throw new IOException($"the server hung up: {Encoding.ASCII.GetString(buffer, 0, have)}");
        }
    }

    // RFC 6455, section 5.2: a client's frame is masked, here with zeros.
    private static byte[] Frame(byte[] payload, bool text) => [text ? (byte)0x81 : (byte)0x82, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload];
}
