using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Gateway.EndToEnd.Readers;

/// <summary>How a reader asks for events.</summary>
public enum Via
{
    ServerSentEvents,
    JsonStream,
    JsonSubscribe,
    MessagePackStream,
    MessagePackSubscribe,
}

/// <summary>What goes over a reader's socket: only as much of HTTP, WebSocket and SignalR as that takes.</summary>
internal static class Wire
{
    /// <summary>A request to read events as a stream, or to talk to the hub.</summary>
    public static string Request(Via via, string @event, string after) => via == Via.ServerSentEvents
        ? $"GET /events?event={@event}&after={after} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
        : "GET /hubs/events HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /// <summary>What a client of the hub begins with: which protocol it speaks, and a call of the hub.</summary>
    public static byte[] Opening(Via via, string @event, string after)
    {
        var packed = via is Via.MessagePackStream or Via.MessagePackSubscribe;
        return
        [
            .. Frame(0x1, Encoding.ASCII.GetBytes($$"""{"protocol":"{{(packed ? "messagepack" : "json")}}","version":1}""" + '\u001e')),
            .. Frame((byte)(packed ? 0x2 : 0x1), Call(via, @event, after)),
        ];
    }

    /// <summary>What the gateway sent, without the frames or chunks that it came in; and the rest that is no whole one yet.</summary>
    public static (byte[] Payload, byte[] Remaining) Decode(Via via, ReadOnlySpan<byte> bytes)
    {
        using var payload = new MemoryStream();
        while ((via == Via.ServerSentEvents ? Chunk(bytes) : Frame(bytes)) is var (head, length, tail) && length > 0 && bytes.Length >= head + length + tail)
        {
            payload.Write(bytes.Slice(head, length));
            bytes = bytes[(head + length + tail)..];
        }

        return (payload.ToArray(), bytes.ToArray());
    }

    private static byte[] Call(Via via, string @event, string after)
    {
        var stream = via is Via.JsonStream or Via.MessagePackStream;
        var target = stream ? "Stream" : "Subscribe";
        if (via is Via.JsonStream or Via.JsonSubscribe)
        {
            return Encoding.ASCII.GetBytes(
                $$"""{"type":{{(stream ? 4 : 1)}},"invocationId":"1","target":"{{target}}","arguments":[{"events":["{{@event}}"],"after":"{{after}}"}]}""" + '\u001e');
        }

        // [type, headers, invocation id, target, arguments, stream ids], its length before it (SignalR's hub protocol).
        byte[] message =
        [
            0x96, (byte)(stream ? 4 : 1), 0x80, .. Text("1"), .. Text(target),
            0x91, 0x82, .. Text("events"), 0x91, .. Text(@event), .. Text("after"), .. Text(after), 0x90,
        ];
        return [(byte)message.Length, .. message];

        static byte[] Text(string text) => [(byte)(0xA0 | text.Length), .. Encoding.ASCII.GetBytes(text)];
    }

    /// <summary>A frame as a client sends it (RFC 6455, section 5.2), masked with zeros.</summary>
    public static byte[] Frame(byte opcode, byte[] payload) =>
        payload.Length < 126
            ? [(byte)(0x80 | opcode), (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]
            : [(byte)(0x80 | opcode), 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0, .. payload];

    /// <summary>Where the payload of a server's frame is, which is not masked.</summary>
    private static (int Head, int Length, int Tail) Frame(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [_, 126, _, _, ..] => (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), 0),
        [_, 127, _, _, _, _, _, _, _, _, ..] => (10, (int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]), 0),
        [_, < 126 and var length, ..] => (2, length, 0),
        _ => default,
    };

    /// <summary>Where the data of a chunk is (RFC 9112, section 7.1).</summary>
    private static (int Head, int Length, int Tail) Chunk(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOf("\r\n"u8) is var end and > 0
            ? (end + 2, int.Parse(bytes[..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture), 2)
            : default;
}
