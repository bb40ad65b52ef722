using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Readers;

/// <summary>A reader on a socket of its own, that reads as fast as the test wants it to: not at all, a byte a second, or all there is.</summary>
public sealed partial class RawReader : IAsyncDisposable
{
    // So small that what is not read waits at the gateway.
    private const int ReceiveBuffer = 4096;

    private readonly TcpClient client;
    private readonly Lock sync = new();
    private readonly StringBuilder text = new();
    private readonly Via via;
    private byte[] undecoded = [];
    private int scanned;
    private List<TimeSpan> delays = [];
    private CancellationTokenSource reading = new();
    private Task current = Task.CompletedTask;

    private RawReader(TcpClient client, Via via) => (this.client, this.via) = (client, via);

    /// <summary>Whether to keep what it reads.</summary>
    public bool Keeps { get; private init; }

    /// <summary>The number of the last event that has come; -1 before the first.</summary>
    public int Last { get; private set; } = -1;

    /// <summary>How it reads.</summary>
    public Via Via => via;

    /// <summary>Whether the gateway cut it off, as opposed to ending what it sends.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Ends when the gateway has ended the connection and all of it was read.</summary>
    public Task Ended => current;

    /// <summary>Connects and asks for the events of a filter, from a cursor on; reads nothing beyond the answer's head.</summary>
    public static async Task<RawReader> OpenAsync(RealGateway gateway, Via via, string @event, string after, bool keeps = true)
    {
        var client = new TcpClient { NoDelay = true, ReceiveBufferSize = ReceiveBuffer };
        var reader = new RawReader(client, via) { Keeps = keeps };
        await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port);
        await reader.SendAsync(Encoding.ASCII.GetBytes(Wire.Request(via, @event, after)));
        await reader.SkipHeadAsync();
        if (via != Via.ServerSentEvents)
        {
            await reader.SendAsync(Wire.Opening(via, @event, after));
        }

        return reader;
    }

    /// <summary>Begins to read a byte a second.</summary>
    public void Trickle() => current = ReadAsync(new byte[1], TimeSpan.FromSeconds(1), reading.Token);

    /// <summary>Begins to read as fast as it can.</summary>
    public void Drain() => current = ReadAsync(new byte[16 * 1024], TimeSpan.Zero, reading.Token);

    /// <summary>Ends reading.</summary>
    public async Task PauseAsync()
    {
        await reading.CancelAsync();
        await current;
        reading.Dispose();
        reading = new CancellationTokenSource();
    }

    /// <summary>The events that came whole, in order: their ids, and the numbers that <see cref="Numbered"/> gave them.</summary>
    public List<(string Id, int Number)> Events()
    {
        lock (sync)
        {
            return [.. Event().Matches(text.ToString()).Select(static match => (match.Groups[1].Value, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)))];
        }
    }

    /// <summary>How long the events were under way that came since this was asked last.</summary>
    public List<TimeSpan> TakeDelays()
    {
        lock (sync)
        {
            var taken = delays;
            delays = [];
            return taken;
        }
    }

    /// <summary>Whether it has been told that what it would read next is no longer kept.</summary>
    public bool IsExpired()
    {
        lock (sync)
        {
            var all = text.ToString();
            return all.Contains("cursor-expired", StringComparison.Ordinal) || all.Contains("CursorExpired", StringComparison.Ordinal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await PauseAsync();
        reading.Dispose();
        client.Dispose();
    }

    private async Task ReadAsync(byte[] buffer, TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            int count;
            while ((count = await client.GetStream().ReadAsync(buffer, cancellationToken)) > 0)
            {
                Take(buffer.AsSpan(0, count));
                await Task.Delay(pause, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Paused.
        }
        catch (IOException)
        {
            IsBroken = true;
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        var now = Stopwatch.GetTimestamp();
        lock (sync)
        {
            var (payload, rest) = Wire.Decode(via, [.. undecoded, .. bytes]);
            undecoded = rest;
            // One character a byte: MessagePack is no text.
            text.Append(Encoding.Latin1.GetString(payload));
            var begun = scanned;
            foreach (var match in Sent().Matches(text.ToString(begun, text.Length - begun)).Cast<Match>())
            {
                scanned = begun + match.Index + match.Length;
                Last = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                delays.Add(Stopwatch.GetElapsedTime(long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), now));
            }

            if (!Keeps)
            {
                text.Remove(0, scanned);
                scanned = 0;
            }
        }
    }

    private async Task SkipHeadAsync()
    {
        using var limit = new CancellationTokenSource(RealQemu.Patience);
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await client.GetStream().ReadAsync(one, limit.Token) == 0)
            {
                throw new IOException($"The gateway hung up: {head}");
            }

            head.Append((char)one[0]);
        }

        var status = head.ToString().Split(' ', 3)[1];
        if (status is not ("200" or "101"))
        {
            throw new IOException($"The gateway refused: {head}");
        }
    }

    private ValueTask SendAsync(byte[] bytes) => client.GetStream().WriteAsync(bytes);

    // An envelope's id and the payload's number, as JSON or as short MessagePack texts.
    [GeneratedRegex("""(?:\{"id":"|\x87\xa2id.)(\d+).{0,400}?["\xa1]n(?:":"|[\xa0-\xbf])(\d+).{1,4}sentAt""", RegexOptions.Singleline)]
    private static partial Regex Event();

    [GeneratedRegex("""["\xa1]n(?:":"|[\xa0-\xbf])(\d+).{1,4}sentAt[^0-9]{1,4}(\d{6,18})[^0-9]""", RegexOptions.Singleline)]
    private static partial Regex Sent();
}
