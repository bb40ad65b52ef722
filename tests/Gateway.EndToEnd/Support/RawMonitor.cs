using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Support;

/// <summary>A monitor's socket, spoken to byte by byte.</summary>
internal sealed class RawMonitor : IAsyncDisposable
{
    private readonly NetworkStream stream;
    private readonly StreamReader lines;

    private RawMonitor(Socket socket)
    {
        stream = new NetworkStream(socket, ownsSocket: true);
        lines = new StreamReader(stream);
    }

    public static async Task<RawMonitor> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return new RawMonitor(socket);
    }

    public Task SendAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    /// <summary>The next message; null at the end.</summary>
    public async Task<JsonNode?> NextAsync() => await lines.ReadLineAsync().WaitAsync(RealQemu.Patience) is { } line ? JsonNode.Parse(line) : null;

    /// <summary>The next message that is no event.</summary>
    public async Task<JsonNode?> AnswerAsync()
    {
        while (true)
        {
            if (await NextAsync() is var message && message?["event"] is null)
            {
                return message;
            }
        }
    }

    /// <summary>Sends, and answers what is answered.</summary>
    public async Task<JsonNode?> AskAsync(string text)
    {
        await SendAsync(text);
        return await AnswerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        lines.Dispose();
        await stream.DisposeAsync();
    }
}
