using System.Diagnostics;
using Gateway.EndToEnd.Support;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>What only a stream over a real connection shows.</summary>
public sealed class StreamTests(SharedGateway shared)
{
    [Fact]
    public async Task A_stream_of_no_events_sends_its_headers_at_once()
    {
        var begun = Stopwatch.GetTimestamp();

        await using var stream = await SseReader.OpenAsync(shared.Gateway, "/events?vm=nobody");

        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(3), "the first sign of life was the heartbeat");
        Assert.NotEmpty(stream.Cursor);
    }
}
