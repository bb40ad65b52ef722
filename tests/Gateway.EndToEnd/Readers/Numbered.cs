using System.Diagnostics;
using Gateway.EndToEnd.Support;

namespace Gateway.EndToEnd.Readers;

/// <summary>Events of a kilobyte, or of another size, numbered from 0, that say when they were sent.</summary>
public sealed class Numbered(AnsweringQemu qemu, int size = 1000)
{
    /// <summary>Their name.</summary>
    public const string Name = "NUMBERED";

    private readonly string padding = new('x', size);

    /// <summary>How many were sent.</summary>
    public int Count { get; private set; }

    /// <summary>Sends some, with a pause after each.</summary>
    public async Task SendAsync(int count, TimeSpan pause = default)
    {
        for (var i = 0; i < count; i++)
        {
            await qemu.EventAsync(Name, $$"""{"n":"{{Count++}}","sentAt":"{{Stopwatch.GetTimestamp()}}","padding":"{{padding}}"}""");
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause);
            }
        }
    }
}
