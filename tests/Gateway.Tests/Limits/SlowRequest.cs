using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Limits;

/// <summary>A request whose body comes bit by bit, to a gateway that listens for real.</summary>
internal sealed class SlowRequest(TcpClient client) : IDisposable
{
    /// <summary>Sends all but the body, which is to have so many bytes.</summary>
    public static async Task<SlowRequest> SendAsync(GatewayHost host, string path, int length, params (string Name, string Value)[] headers)
    {
        var client = new TcpClient();
        await client.ConnectAsync(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port);
        var request = new SlowRequest(client);
        await request.SendAsync(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{string.Concat(headers.Select(static h => $"{h.Name}: {h.Value}\r\n"))}\r\n");
        return request;
    }

    public async Task SendAsync(string part) => await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(part));

    /// <summary>The status that it is answered with.</summary>
    public async Task<int> StatusAsync()
    {
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        using var reader = new StreamReader(client.GetStream());
        return int.Parse((await reader.ReadLineAsync(limit.Token))!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose() => client.Dispose();
}
