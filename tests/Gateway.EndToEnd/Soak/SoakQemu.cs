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

    /// <summary>Whether discovery finds it, instead of the configuration naming it.</summary>
    public bool Discovered { get; private init; }

    /// <summary>One of three kinds, by its number: at a Unix socket, at one that discovery finds, at a TCP port.</summary>
    public static async Task<SoakQemu> StartAsync(int number, string discovery)
    {
        var id = $"qemu-{number}";
        var discovered = number % 3 == 1;
        byte[][] guests = [Guests.KeepsFiringWatchdog, Guests.Idle, Guests.KeepsResetting];
        var qemu = await RealQemu.StartAsync(new QemuOptions
        {
            Guest = guests[number % guests.Length],
            Tcp = number % 3 == 2,
            SocketPath = discovered ? Path.Combine(discovery, $"{id}.qmp") : null,
            Arguments = ["-device", "ib700", "-action", "watchdog=none"],
        });
        return new SoakQemu(id, qemu) { Discovered = discovered };
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

    /// <summary>
    /// Ends it on purpose and starts another. A gateway that was connected, and goes on, must have journalled its last event and told that it ended.
    /// </summary>
    public async Task QuitAsync(SoakGateway gateway, SoakReport report)
    {
        var life = await gateway.LifeAsync(CancellationToken.None);
        var before = await gateway.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/vms/{id}"), CancellationToken.None);
        var side = qemu.Side;
        try
        {
            await side.ExecuteAsync("quit");
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            // It was gone before its answer was.
        }

        await qemu.WaitForExitAsync();
        await side.UntilClosedAsync();
        if (before is { Status: System.Net.HttpStatusCode.OK } && before.Json() is var vm && vm.GetProperty("connection").GetProperty("state").ValueEquals("connected"))
        {
            var cursor = vm.GetProperty("cursor").GetString();
            // TCP may throw away what QEMU sent last: QEMU closes a socket with a question of the gateway's unread.
            string[] due = qemu.Endpoint.StartsWith("tcp:", StringComparison.Ordinal) ? [] : ["SHUTDOWN", "VM_ENDED"];
            foreach (var name in due)
            {
                var page = await gateway.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/events?vm={id}&event={name}&after={cursor}&wait=20"), CancellationToken.None);
                report.Count($"ends on purpose held to their {name}");
                report.Hold(life.Ending || page?.Json().GetProperty("items").GetArrayLength() > 0, () => $"{id} quit, and {name} is missing: {page}");
            }
        }

        await RestartAsync();
    }

    /// <summary>What makes two events the same one: a monitor adds nothing to it.</summary>
    public static string Key(string name, JsonElement data, string? timestamp) => $"{name} {Same.Text(data)} {timestamp}";

    public ValueTask DisposeAsync() => qemu.DisposeAsync();
}
