using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Gateway.Tests.NativeQmp;

/// <summary>A client of native QMP, over a WebSocket or a Unix socket.</summary>
internal sealed class NativeClient : IAsyncDisposable
{
    private readonly WebSocket? webSocket;
    private readonly NetworkStream? stream;
    private readonly StreamReader? lines;
    private readonly CancellationTokenSource patience = new(TestSignal.Patience);

    private NativeClient(WebSocket webSocket) => this.webSocket = webSocket;

    private NativeClient(Socket socket)
    {
        stream = new NetworkStream(socket, ownsSocket: true);
        lines = new StreamReader(stream);
    }

    public static async Task<NativeClient> OverWebSocketAsync(GatewayHost host, string path = "/vms/web1/qmp", string? bearer = null)
    {
        var client = host.Server.CreateWebSocketClient();
        client.ConfigureRequest = request =>
        {
            if (bearer is not null)
            {
                request.Headers.Authorization = $"Bearer {bearer}";
            }
        };
        return new NativeClient(await client.ConnectAsync(new Uri(host.Server.BaseAddress, path), CancellationToken.None));
    }

    public static async Task<NativeClient> OverSocketAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return new NativeClient(socket);
    }

    /// <summary>Over a WebSocket, in command mode.</summary>
    public static async Task<NativeClient> NegotiatedAsync(GatewayHost host, string? bearer = null)
    {
        var client = await OverWebSocketAsync(host, bearer: bearer);
        await client.NegotiateAsync();
        return client;
    }

    /// <summary>Reads the greeting, and enters command mode.</summary>
    public async Task NegotiateAsync()
    {
        await NextAsync();
        await AskAsync("""{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}""");
    }

    public async Task SendAsync(string text)
    {
        if (webSocket is not null)
        {
            await webSocket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, patience.Token);
        }
        else
        {
            await stream!.WriteAsync(Encoding.UTF8.GetBytes(text), patience.Token);
        }
    }

    /// <summary>Sends, and answers what comes next.</summary>
    public async Task<string> AskAsync(string text)
    {
        await SendAsync(text);
        return await NextAsync() ?? throw new InvalidOperationException("it ended");
    }

    /// <summary>The next message; null once the gateway ended the session.</summary>
    public async Task<string?> NextAsync()
    {
        if (lines is not null)
        {
            return await lines.ReadLineAsync(patience.Token);
        }

        var message = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            WebSocketReceiveResult part;
            try
            {
                part = await webSocket!.ReceiveAsync(buffer, patience.Token);
            }
            catch (Exception gone) when (gone is IOException or WebSocketException)
            {
                return null;
            }

            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(message.ToArray());
            }
        }
    }

    /// <summary>The next event, by its name and data.</summary>
    public async Task<string> EventAsync()
    {
        var told = JsonElement.Parse(await NextAsync() ?? throw new InvalidOperationException("it ended"));
        return $"{told.GetProperty("event").GetString()} {(told.TryGetProperty("data", out var data) ? data.GetRawText() : "")}".TrimEnd();
    }

    /// <summary>Reads until the session ends; answers what came.</summary>
    public async Task<List<string>> EndAsync()
    {
        var all = new List<string>();
        while (await NextAsync() is { } message)
        {
            all.Add(message);
        }

        return all;
    }

    /// <summary>Says that it sends no more.</summary>
    public void Shutdown() => stream!.Socket.Shutdown(SocketShutdown.Send);

    public async ValueTask DisposeAsync()
    {
        webSocket?.Dispose();
        lines?.Dispose();
        if (stream is not null)
        {
            await stream.DisposeAsync();
        }

        patience.Dispose();
    }
}
