using System.Globalization;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using Xunit;

namespace Gateway.Tests.Fuzzing;

/// <summary>Whatever comes over the wire, HTTP or not, the real server answers or hangs up, and serves the next client.</summary>
public sealed class SocketFuzzTests
{
    private static readonly Gen<string> Line = Gen.OneOf(
        "GET /vms HTTP/1.1", "GET /vms/x/status HTTP/1.1", "POST /vms/x/stop HTTP/1.1", "PUT /vms/y HTTP/1.1", "GET /vms HTTP/1.0", "GET /vms", "GET  /vms  HTTP/1.1", "get /vms HTTP/1.1", "GET http://evil/vms HTTP/1.1",
        "GET /vms/%00 HTTP/1.1", "GET /vms/%ff%fe HTTP/1.1", "GET /vms/\xff HTTP/1.1", "GET /%2e%2e/%2e%2e/etc HTTP/1.1", "GET //vms HTTP/1.1", "GET * HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT x:1 HTTP/1.1",
        "GET /vms?%zz=%&& HTTP/1.1", "GET /vms HTTP/9.9", "PRI * HTTP/2.0", "\x16\x03\x01", "", "{\"execute\":\"quit\"}");

    private static readonly Gen<string> Header = Gen.OneOf(
        Gen.OneOf(
            "Host: localhost", "Host: localhost", "Host: evil", "Host: ", "Host: a b", "Content-Length: 2", "Content-Length: 4", "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: 2, 4",
            "Transfer-Encoding: chunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked", "Connection: close", "Connection: upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: x", "Expect: 100-continue", "Content-Type: application/json", " folded: x", "No colon", ": x", "X: \0", "X\0: x", "Accept: text/event-stream", "Idempotency-Key: \x7f"),
        Gen.Int[0, 40_000].Select(static length => $"X: {new string('x', length)}"),
        Gen.Int[0, 150].Select(static count => string.Join("\r\n", Enumerable.Range(0, count).Select(static i => string.Create(CultureInfo.InvariantCulture, $"X{i}: {i}")))));

    private static readonly Gen<string> Body = Gen.OneOf(
        "", "{}", "{\"a\"", "0\r\n\r\n", "2\r\n{}\r\n0\r\n\r\n", "ffffffffffffffff\r\n", "-1\r\n{}\r\n", "2;x=\"\r\n{}\r\n0\r\nTrailer: x\r\n\r\n", "0\r\n\r\nGET /vms HTTP/1.1\r\nHost: localhost\r\n\r\n");

    private static readonly Gen<string> Bytes = Gen.Frequency(
        (9, Gen.Select(Line, Header.Array[0, 5], Gen.OneOf("\r\n", "\r\n", "\r\n", "\n", "\r"), Body,
            static (line, headers, end, body) => string.Join(end, [line, .. headers, "", body]))),
        (1, Gen.Byte.Array[0, 200].Select(Encoding.Latin1.GetString)));

    [Fact]
    public async Task Any_bytes_to_the_server_are_answered_or_end_the_connection()
    {
        await using var host = new GatewayHost("x") { ListensForReal = true };
        await host.StartAsync();
        await host.ConnectedAsync("x");

        await Bytes.Array[1, 3].SampleAsync(async requests =>
        {
            var answers = await SendAsync(host.Client.BaseAddress!.Port, Encoding.Latin1.GetBytes(string.Concat(requests)));
            host.AssertNoFaults();
            Fuzzed.AssertTellsNothing(answers);
            Assert.DoesNotContain("HTTP/1.1 500", answers, StringComparison.Ordinal);
        });

        (await host.GetAsync("/vms")).Ok();
        (await host.GetAsync("/vms/x/status")).Ok();
    }

    /// <summary>Sends all of it, says that no more comes, and reads until the gateway hangs up.</summary>
    private static async Task<string> SendAsync(int port, byte[] bytes)
    {
        using var patience = new CancellationTokenSource(TestSignal.Patience);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, patience.Token);
        var answers = new StringBuilder();
        try
        {
            await client.Client.SendAsync(bytes, patience.Token);
            client.Client.Shutdown(SocketShutdown.Send);
            var buffer = new byte[8192];
            for (int read; (read = await client.Client.ReceiveAsync(buffer, patience.Token)) > 0;)
            {
                answers.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // Hung up on, what came before is kept.
        }

        return answers.ToString();
    }
}
