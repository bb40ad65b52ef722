using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Benchmarks.References;

/// <summary>Many fast fakes of QEMU in one process: each answers commands, and sends numbered events when told to.</summary>
internal static class Fakes
{
    /// <summary>Events in one write of a burst, as many as QEMU's output buffer may gather.</summary>
    private const int Batch = 64;

    /// <summary>
    /// Serves sockets <c>0.sock</c> and so on in a directory. Takes lines: <c>FIRST COUNT EVENTS RATE</c> has so many fakes, from the first on, send so many
    /// events each, so many a second, or as fast as can be where that is 0.
    /// </summary>
    public static async Task<int> RunAsync(string directory, int count)
    {
        var fakes = Enumerable.Range(0, count).Select(i => new Fake(Path.Combine(directory, $"{i}.sock"))).ToArray();
        Console.WriteLine("Now listening on: http://none");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line.Split(' ').Select(int.Parse).ToArray() is [var first, var number, var events, var rate])
            {
                _ = Task.WhenAll(fakes.Skip(first).Take(number).Select(fake => Task.Run(() => fake.SendAsync(events, rate))));
            }
        }

        return 0;
    }

    private sealed class Fake
    {
        private static readonly byte[] Greeting =
            "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, \"package\": \"fake\"}, \"capabilities\": [\"oob\"]}}\r\n"u8.ToArray();

        private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        private readonly SemaphoreSlim writing = new(1);
        private Socket? client;
        private long next;

        public Fake(string path)
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen();
            _ = AcceptAsync();
        }

        public async Task SendAsync(int events, int rate)
        {
            var began = Stopwatch.GetTimestamp();
            var text = new StringBuilder();
            for (var sent = 0; sent < events;)
            {
                var batch = rate > 0 ? 1 : Math.Min(Batch, events - sent);
                text.Clear();
                for (var i = 0; i < batch; i++)
                {
                    text.Append($"{{\"timestamp\": {{\"seconds\": 1795593123, \"microseconds\": {next % 1_000_000}}}, \"event\": \"BENCH\", \"data\": {{\"number\":{next++},\"sent\":{Stopwatch.GetTimestamp()}}}}}\r\n");
                }

                await WriteAsync(Encoding.ASCII.GetBytes(text.ToString()));
                sent += batch;
                if (rate > 0)
                {
                    // Not by a timer, which is late by a millisecond and more.
                    var due = began + (long)((double)sent / rate * Stopwatch.Frequency);
                    while (due - Stopwatch.GetTimestamp() is > 0 and var left)
                    {
                        Thread.Sleep(left > Stopwatch.Frequency / 500 ? 1 : 0);
                    }
                }
            }
        }

        private async Task AcceptAsync()
        {
            while (true)
            {
                client = await listener.AcceptAsync();
                await WriteAsync(Greeting);
                _ = ServeAsync(client);
            }
        }

        private async Task ServeAsync(Socket socket)
        {
            var buffer = new byte[64 * 1024];
            for (var have = 0; await socket.ReceiveAsync(buffer.AsMemory(have)) is > 0 and var got;)
            {
                have += got;
                var done = 0;
                var replies = new StringBuilder();
                while (buffer.AsSpan(done, have - done).IndexOf((byte)'\n') is >= 0 and var length)
                {
                    replies.Append(Reply(buffer.AsSpan(done, length)));
                    done += length + 1;
                }

                buffer.AsSpan(done, have - done).CopyTo(buffer);
                have -= done;
                await WriteAsync(Encoding.ASCII.GetBytes(replies.ToString()));
            }
        }

        private static string Reply(ReadOnlySpan<byte> command)
        {
            var at = command.IndexOf("\"id\":"u8);
            var id = at < 0 ? "" : $", \"id\": {Encoding.ASCII.GetString(command[(at + 5)..]).TrimEnd('}', ' ', '\r')}";
            var value = command.IndexOf("query-status"u8) >= 0 ? "{\"status\": \"running\", \"singlestep\": false, \"running\": true}" : "{}";
            return $"{{\"return\": {value}{id}}}\r\n";
        }

        private async Task WriteAsync(byte[] bytes)
        {
            await writing.WaitAsync();
            try
            {
                for (var left = bytes.AsMemory(); left.Length > 0;)
                {
                    left = left[await client!.SendAsync(left)..];
                }
            }
            catch (SocketException)
            {
                // Its client went; the next one is served.
            }
            finally
            {
                writing.Release();
            }
        }
    }
}
