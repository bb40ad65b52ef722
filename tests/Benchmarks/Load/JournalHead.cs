using System.Buffers.Text;
using System.Diagnostics;

namespace Benchmarks.Load;

/// <summary>Looks how far the gateway's journal is: the newest event that readers can see.</summary>
internal sealed class JournalHead : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // No VM is ever in this state here: the answer is the cursor alone.
    private static readonly byte[] Request = HttpLine.Request("GET", "/vms?connection=not-qmp");

    private readonly HttpLine http;

    private JournalHead(HttpLine http) => this.http = http;

    public static async Task<JournalHead> ConnectAsync(Uri server) => new(await HttpLine.ConnectAsync(server));

    /// <summary>Its id, which counts entries.</summary>
    public async Task<long> ReadAsync()
    {
        var body = await http.SendAsync(Request);
        var at = body.Span.IndexOf("\"cursor\":\""u8);
        return Utf8Parser.TryParse(body.Span[(at + 10)..], out long id, out _) ? id : throw new InvalidDataException("no cursor");
    }

    /// <summary>Waits until it is at an entry.</summary>
    public async Task ReachAsync(long id)
    {
        for (var began = Stopwatch.GetTimestamp(); await ReadAsync() < id;)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                throw new InvalidDataException($"the journal is at {await ReadAsync()}, and {id} was due: events are lost");
            }

            await Task.Delay(2);
        }
    }

    public void Dispose() => http.Dispose();
}
