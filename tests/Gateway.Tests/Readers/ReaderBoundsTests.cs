using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gateway.Journal;
using Gateway.Requests.Reading;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Readers;

/// <summary>Tests that measure this process's memory, with nothing else running in it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>What a reader that does not read holds, and for how long.</summary>
[Collection(typeof(AloneInTheProcess))]
public sealed class ReaderBoundsTests
{
    private const int EventSize = 1000;

    private const string Streaming = "GET /events?after=0 HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";

    private const string Upgrade = "GET /hubs/events HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    public static TheoryData<string, string, string> Kinds => new()
    {
        { JournalReaders.ServerSentEvents, Streaming, "" },
        { JournalReaders.Hub, Upgrade, """{"type":1,"target":"Subscribe","arguments":[{"after":"0"}]}""" },
        { JournalReaders.HubStream, Upgrade, """{"type":4,"invocationId":"1","target":"Stream","arguments":[{"after":"0"}]}""" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task However_much_there_is_to_read_one_that_does_not_holds_a_fixed_number_of_bytes(string kind, string request, string call)
    {
        const int count = 20;
        await using var host = new GatewayHost { ListensForReal = true };
        await host.StartAsync();
        await AppendAsync(host, 8000);
        var readers = new List<TcpClient> { await OpenAsync(host, request, call) };
        await StalledAsync(host, kind, 1);
        // Its cursor is behind what it was given whole: all else is still in the journal, and there alone.
        var given = (host.Journal.Head - Readers(host).Measure(kind).Lag) * EventSize;
        Assert.InRange(given, 0, ReaderBounds.Reader + (2 * ReaderBounds.Socket));
        var before = await HeapAsync(host);

        while (readers.Count < 1 + count)
        {
            readers.Add(await OpenAsync(host, request, call));
        }

        await StalledAsync(host, kind, 1 + count);

        var each = (await HeapAsync(host) - before) / count;
        TestContext.Current.TestOutputHelper!.WriteLine($"{kind}: given {given} bytes; {each} of the heap a reader; {ReaderBounds.Reader} are allowed");
        Assert.True(each <= ReaderBounds.Reader, $"{each} bytes a reader");
        readers.ForEach(static reader => reader.Dispose());
    }

    [Fact]
    public async Task A_stream_that_takes_nothing_for_too_long_is_cut_off()
    {
        await using var host = new GatewayHost { ListensForReal = true, Time = new FakeTimeProvider() };
        await host.StartAsync();
        await AppendAsync(host, 2000);
        using var reader = await OpenAsync(host, Streaming, "");
        await StalledAsync(host, JournalReaders.ServerSentEvents, 1);

        host.Time!.Advance(ReaderBounds.Stall - TimeSpan.FromSeconds(1));
        Assert.Equal(1, Readers(host).Measure(JournalReaders.ServerSentEvents).Count);
        host.Time.Advance(TimeSpan.FromSeconds(1));

        await host.EventuallyAsync(() => Readers(host).Measure(JournalReaders.ServerSentEvents).Count == 0, "the end");
        await Assert.ThrowsAsync<IOException>(() => reader.GetStream().CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    /// <summary>The heap, once what earlier tests left is gone from it.</summary>
    private static async Task<long> HeapAsync(GatewayHost host)
    {
        const int noise = 64 * 1024;
        var heap = long.MaxValue;
        await host.EventuallyAsync(
            () =>
            {
                GC.WaitForPendingFinalizers();
                var before = heap;
                heap = GC.GetTotalMemory(forceFullCollection: true);
                return Math.Abs(before - heap) < noise;
            },
            "a heap that stays");
        return heap;
    }

    private static JournalReaders Readers(GatewayHost host) => host.Services.GetRequiredService<JournalReaders>();

    private static async Task AppendAsync(GatewayHost host, int count)
    {
        var data = new JsonText(JsonSerializer.SerializeToUtf8Bytes(new { padding = new string('x', EventSize) }));
        for (var i = 0; i < count; i++)
        {
            host.Journal.Append(new NewEvent("x", "LARGE", EventOrigin.Qemu, data, null));
        }

        await host.EventuallyAsync(() => host.Journal.Head == host.Journal.LastAppended, "all written");
    }

    /// <summary>Begins to read, and reads the answer's first byte only.</summary>
    private static async Task<TcpClient> OpenAsync(GatewayHost host, string request, string call)
    {
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        await client.GetStream().ReadExactlyAsync(new byte[1]);
        if (call.Length > 0)
        {
            await client.GetStream().WriteAsync(Frame("""{"protocol":"json","version":1}"""));
            await client.GetStream().WriteAsync(Frame(call));
        }

        return client;
    }

    /// <summary>A short text message of a client (RFC 6455, section 5.2), masked with zeros.</summary>
    private static byte[] Frame(string message) => [0x81, (byte)(0x80 | (message.Length + 1)), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(message), 0x1E];

    /// <summary>Waits until so many readers of a kind are there, and the last of them has not moved for a while.</summary>
    private static async Task StalledAsync(GatewayHost host, string kind, int count)
    {
        var (seen, since) = ((Count: 0, Lag: 0L), Environment.TickCount64);
        await host.EventuallyAsync(
            () =>
            {
                var now = Readers(host).Measure(kind);
                if (now != seen)
                {
                    (seen, since) = (now, Environment.TickCount64);
                }

                return now.Count == count && now.Lag > 0 && Environment.TickCount64 - since > 1000;
            },
            $"{count} stalled readers");
    }
}
