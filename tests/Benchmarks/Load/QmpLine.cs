using System.Net.Sockets;

namespace Benchmarks.Load;

/// <summary>A raw QMP socket.</summary>
internal sealed class QmpLine : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[] buffer = new byte[256 * 1024];
    private int have;

    /// <summary>Connects and negotiates.</summary>
    public static async Task<QmpLine> ConnectAsync(string path)
    {
        var line = new QmpLine();
        await line.socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await line.RepliesAsync(1, "\"QMP\""u8.ToArray());
        await line.SendAsync("{\"execute\":\"qmp_capabilities\",\"arguments\":{\"enable\":[\"oob\"]}}\n"u8.ToArray(), 1);
        return line;
    }

    /// <summary>Sends commands, and waits for as many replies; events that come between are read over.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> commands, int replies)
    {
        await socket.SendAsync(commands);
        await RepliesAsync(replies, Return);
    }

    public void Dispose() => socket.Dispose();

    private static readonly byte[] Return = "\"return\""u8.ToArray();

    private async ValueTask RepliesAsync(int count, byte[] what)
    {
        while (count > 0)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(have));
            have += got > 0 ? got : throw new IOException("QEMU hung up");
            var end = buffer.AsSpan(0, have).LastIndexOf((byte)'\n') + 1;
            count -= buffer.AsSpan(0, end).Count(what);
            buffer.AsSpan(end, have - end).CopyTo(buffer);
            have -= end;
        }
    }
}
