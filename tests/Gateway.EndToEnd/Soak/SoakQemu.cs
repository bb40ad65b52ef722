using System.Text.Json;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Soak;

/// <summary>A real QEMU, and what its side monitor saw of each of its runs.</summary>
internal sealed class SoakQemu(string id, RealQemu qemu) : IAsyncDisposable
{
    private readonly List<IReadOnlyCollection<JsonElement>> runs = [];

    public string Id => id;

    public RealQemu Qemu => qemu;

    /// <summary>The events of each run, in order; of one that was killed perhaps not the very last.</summary>
    public IReadOnlyList<IReadOnlyCollection<JsonElement>> Runs => [.. runs, qemu.Side.Events];

    public static async Task<SoakQemu> StartAsync(int number)
    {
        byte[][] guests = [Guests.KeepsFiringWatchdog, Guests.Idle, Guests.KeepsResetting];
        var qemu = await RealQemu.StartAsync(new QemuOptions
        {
            Guest = guests[number % guests.Length],
            Tcp = number == 1,
            Arguments = ["-device", "ib700", "-action", "watchdog=none"],
        });
        return new SoakQemu($"qemu-{number}", qemu);
    }

    public async Task HangAsync(TimeSpan duration)
    {
        qemu.Signal(QemuSignal.Stop);
        await Task.Delay(duration);
        qemu.Signal(QemuSignal.Continue);
    }

    public async Task RestartAsync()
    {
        var side = qemu.Side;
        await qemu.RestartAsync();
        runs.Add(side.Events);
    }

    /// <summary>What makes two events the same one: a monitor adds nothing to it.</summary>
    public static string Key(string name, JsonElement data, string? timestamp) => $"{name} {Same.Text(data)} {timestamp}";

    public ValueTask DisposeAsync() => qemu.DisposeAsync();
}
