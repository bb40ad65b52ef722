using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Gateway.Journal;
using Gateway.NativeQmp;
using Gateway.Requests.Reading;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.NativeQmp;

/// <summary>However large a message is, it comes whole, and a client that does not read it has no copy of it in the gateway's memory.</summary>
public sealed class NativeQmpLineTests
{
    public static TheoryData<int> Sizes => [0, 1, ReaderBounds.Chunk - 1, ReaderBounds.Chunk, ReaderBounds.Chunk + 1, (3 * ReaderBounds.Chunk) + 7];

    [Theory, MemberData(nameof(Sizes))]
    public async Task A_message_comes_whole_over_a_socket(int size)
    {
        var (near, far) = await SocketsAsync();
        using (near)
        using (far)
        {
            var message = Message(size);
            var writing = new NativeQmpLine.OfSocket(near).WriteAsync(message, CancellationToken.None).AsTask();
            var read = new byte[size + 2];
            await new NetworkStream(far).ReadExactlyAsync(read, TestContext.Current.CancellationToken);
            await writing;
            Assert.Equal([.. message, .. "\r\n"u8], read);
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public async Task A_message_comes_whole_over_a_websocket_and_in_parts(int size)
    {
        var (near, far) = await SocketsAsync();
        using var client = WebSocket.CreateFromStream(new NetworkStream(far, ownsSocket: true), new WebSocketCreationOptions());
        using var server = WebSocket.CreateFromStream(new NetworkStream(near, ownsSocket: true), new WebSocketCreationOptions { IsServer = true });
        var message = Message(size);
        var writing = new NativeQmpLine.OfWebSocket(server).WriteAsync(message, CancellationToken.None).AsTask();
        var (read, buffer) = (new List<byte>(), new byte[size + 1]);
        for (var ended = false; !ended;)
        {
            var part = await client.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);
            Assert.InRange(part.Count, 0, ReaderBounds.Chunk);
            read.AddRange(buffer.AsSpan(0, part.Count));
            ended = part.EndOfMessage;
        }

        await writing;
        Assert.Equal(message, read);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_does_not_read_has_no_copy_of_a_large_message(bool webSocket)
    {
        var (near, far) = await SocketsAsync();
        using var over = new CancellationTokenSource();
        using (far)
        {
            using var stream = new NetworkStream(near, ownsSocket: true);
            using var server = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            NativeQmpLine line = webSocket ? new NativeQmpLine.OfWebSocket(server) : new NativeQmpLine.OfSocket(near);
            var message = Message(32 * 1024 * 1024);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var writing = line.WriteAsync(message, over.Token);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, message.Length / 8);
            Assert.False(writing.IsCompleted);
            await over.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(writing.AsTask);
        }
    }

    [Fact]
    public void An_event_is_made_once_for_all_clients_and_without_a_tree()
    {
        var data = new JsonText(Encoding.ASCII.GetBytes($"{{\"a\":[{string.Join(',', Enumerable.Repeat(1, 1_000_000))}]}}"));
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var entry = JournalEntry.From(7, new NewEvent("x", "LARGE", EventOrigin.Qemu, data, at), at);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = NativeQmpReply.Event(entry)!.Value;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, message.Length, 4 * message.Length);
        Assert.Equal($$"""{"timestamp":{"seconds":{{at.ToUnixTimeSeconds()}},"microseconds":0},"event":"LARGE","data":{{data}}}""", Encoding.UTF8.GetString(message.Span));
        Assert.Equal(message, NativeQmpReply.Event(entry));
        Assert.Null(NativeQmpReply.Event(JournalEntry.From(8, new NewEvent("x", "VM_ENDED", EventOrigin.Gateway, data, at), at)));
        Assert.Equal(
            """{"timestamp":{"seconds":-1,"microseconds":-1},"event":"S"}""",
            Encoding.UTF8.GetString(NativeQmpReply.Event(JournalEntry.From(9, new NewEvent("x", "S", EventOrigin.Qemu, JsonText.EmptyObject, null), at))!.Value.Span));
    }

    private static byte[] Message(int size)
    {
        var message = new byte[size];
        message.AsSpan().Fill((byte)'x');
        return message;
    }

    private static async Task<(Socket Near, Socket Far)> SocketsAsync()
    {
        using var directory = new TempDirectory();
        var at = new UnixDomainSocketEndPoint(Path.Combine(directory.Path, "s"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(at);
        listener.Listen();
        var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await far.ConnectAsync(at);
        return (await listener.AcceptAsync(), far);
    }
}
