using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>A fleet as somebody on call may find it at night: most VMs run, some need a person, and each tells why. Real QEMUs and fakes, with two hours of history.</summary>
public sealed class DemoFleet : IAsyncLifetime
{
    /// <summary>The real QEMU whose guest panics.</summary>
    public const string Panicked = "lab-02";

    /// <summary>A fake with a Hyper-V panic.</summary>
    public const string BugCheck = "win-03";

    /// <summary>A fake whose disk is full, after an evening with other events.</summary>
    public const string Story = "web-07";

    /// <summary>A real QEMU that runs.</summary>
    public const string Real = "lab-01";

    // What happens in some seconds, as two hours.
    private const double Stretch = 240;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("fleet-");
    private readonly Dictionary<string, LivelyQemu> fakes = [];
    private readonly Dictionary<string, RealQemu> qemus = [];
    private RealGateway? gateway;

    public RealGateway Gateway => gateway!;

    /// <summary>A fake by its VM.</summary>
    public LivelyQemu this[string vm] => fakes[vm];

    public async ValueTask InitializeAsync()
    {
        foreach (var (prefix, count) in new[] { ("web", 9), ("db", 3), ("cache", 2), ("ci", 4), ("win", 3), ("dev", 2) })
        {
            for (var n = 1; n <= count; n++)
            {
                var vm = $"{prefix}-{n:00}";
                fakes[vm] = new LivelyQemu(Path.Combine(directory.FullName, $"{vm}.sock"));
            }
        }

        qemus[Real] = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        qemus[Panicked] = await RealQemu.StartAsync(new() { Guest = Guests.Panics, Paused = true, Arguments = ["-device", "pvpanic", "-action", "panic=pause"] });
        qemus["lab-03"] = await RealQemu.StartAsync(new() { Guest = Guests.Suspends });
        gateway = await RealGateway.StartAsync([.. Arguments().Order(StringComparer.Ordinal)]);
        await ConnectedAsync();
        await DemoHistory.OfTheEveningAsync(this);
        await gateway.TerminateAsync();
        StretchedJournal.Stretch(gateway.DataDirectory, Stretch);
        await gateway.RestartAsync();
        await ConnectedAsync();
        await DemoHistory.OfTheLastMinuteAsync(this);
        await Gateway.EventAsync(Panicked, "GUEST_PANICKED");
    }

    public async ValueTask DisposeAsync()
    {
        if (gateway is not null)
        {
            await gateway.DisposeAsync();
        }

        await Task.WhenAll([.. fakes.Values.Select(static fake => fake.DisposeAsync().AsTask()), .. qemus.Values.Select(static qemu => qemu.DisposeAsync().AsTask())]);
        directory.Delete(recursive: true);
    }

    private IEnumerable<string> Arguments()
    {
        foreach (var (vm, endpoint) in fakes.Select(static fake => (fake.Key, fake.Value.Endpoint)).Concat(qemus.Select(static qemu => (qemu.Key, qemu.Value.Endpoint))))
        {
            var rack = (char)('a' + (vm[^1] % 3));
            yield return RealGateway.Vm(vm, endpoint);
            yield return $"--Gateway:Vms:{vm}:Labels:rack={rack}";
            yield return $"--Gateway:Vms:{vm}:Labels:tier={vm[..vm.IndexOf('-')]}";
        }

        // Its QEMU is not running.
        yield return RealGateway.Vm("mail-01", $"unix:{Path.Combine(directory.FullName, "mail-01.sock")}");
        yield return "--Gateway:Vms:mail-01:Labels:rack=b";
        yield return "--Gateway:Vms:mail-01:Labels:tier=mail";
    }

    private async Task ConnectedAsync()
    {
        foreach (var vm in fakes.Keys.Concat(qemus.Keys))
        {
            (await Gateway.GetAsync($"/vms/{vm}/status")).Json();
        }
    }
}
