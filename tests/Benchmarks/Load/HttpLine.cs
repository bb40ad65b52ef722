using System.Net;
using System.Net.Sockets;
using System.Text;
using Benchmarks.Processes;

namespace Benchmarks.Load;

/// <summary>A connection of HTTP/1.1 with as little around it as a measurement can have: one request at a time, answers with a length.</summary>
internal sealed class HttpLine : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[64 * 1024];

    public static async Task<HttpLine> ConnectAsync(Uri address)
    {
        var line = new HttpLine();
        await line.socket.ConnectAsync(IPAddress.Loopback, address.Port);
        return line;
    }

    /// <summary>A request as it goes over the wire.</summary>
    public static byte[] Request(string method, string path) => Encoding.ASCII.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{GatewayProcess.Authorization}{(method == "POST" ? "Content-Length: 0\r\n" : "")}\r\n");

    public Task<ReadOnlyMemory<byte>> GetAsync(string path) => SendAsync(Request("GET", path)).AsTask();

    /// <summary>Sends, and answers the body; one without a length with its chunks' heads in it.</summary>
    /// <exception cref="InvalidOperationException">The answer is no success.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> request)
    {
        await socket.SendAsync(request);
        var have = 0;
        var head = -1;
        while (head < 0)
        {
            have += await ReceiveAsync(have);
            head = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
        }

        if (buffer[9] != '2')
        {
            throw new InvalidOperationException(Encoding.ASCII.GetString(buffer, 0, have));
        }

        if (buffer.AsSpan(0, head).IndexOf("Transfer-Encoding: chunked"u8) >= 0)
        {
            while (!buffer.AsSpan(0, have).EndsWith("0\r\n\r\n"u8))
            {
                have += await ReceiveAsync(have);
            }

            return buffer.AsMemory(head + 4, have - head - 4);
        }

        var end = head + 4 + Length(buffer.AsSpan(0, head));
        while (have < end)
        {
            have += await ReceiveAsync(have);
        }

        return buffer.AsMemory(head + 4, end - head - 4);
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask<int> ReceiveAsync(int have)
    {
        if (have == buffer.Length)
        {
            Array.Resize(ref buffer, 2 * have);
        }

        var got = await socket.ReceiveAsync(buffer.AsMemory(have));
        return got > 0 ? got : throw new IOException("the server hung up");
    }

    private static int Length(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) ? length : 0;
    }
}
