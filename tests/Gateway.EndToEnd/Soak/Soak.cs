using System.Diagnostics;
using Gateway.EndToEnd.Support;

namespace Gateway.EndToEnd.Soak;

/// <summary>
/// The real gateway in front of many fakes and some real QEMUs, with everything that can go wrong going wrong; then all is mended, and
/// each promise is held against what fakes, QEMUs, readers and clients know.
/// </summary>
internal sealed class Soak : IAsyncDisposable
{
    // What waits at most for a turn, an answer past its time, or a monitor that is dialled ever more rarely.
    private static readonly TimeSpan Mending = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("soak-");
    private readonly SoakPlan plan;
    private readonly SoakReport report;
    private readonly CommandLedger ledger = new();
    private readonly CancellationTokenSource acting = new();
    private readonly CancellationTokenSource reading = new();
    private readonly List<SoakFake> fakes = [];
    private readonly List<SoakQemu> qemus = [];
    private SoakHostile? hostile;
    private SoakLists? lists;
    private readonly List<SoakReader> readers = [];
    private SoakGateway? started;

    private Soak(SoakPlan plan, SoakReport report) => (this.plan, this.report) = (plan, report);

    private SoakGateway Gateway => started ?? throw new InvalidOperationException("not started");

    // Every fifth is the API's, and comes and goes.
    private IEnumerable<SoakFake> Registered => fakes.Where(static (_, i) => i % 5 == 0);

    // Every fifth is discovered, and goes with its socket.
    private IEnumerable<SoakFake> Configured => fakes.Where(static (_, i) => i % 5 is not 0 and not 2);

    private string Discovery => directory.CreateSubdirectory("discovered").FullName;

    public static async Task<SoakReport> RunAsync(SoakPlan plan, Action<string> progress, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var report = new SoakReport(text => progress($"{Stopwatch.GetElapsedTime(began):mm\\:ss} {text}"));
        await using var soak = new Soak(plan, report);
        await soak.StartAsync();
        report.Step("faults begin");
        var acts = soak.Acts();
        var reads = soak.readers.Select(reader => reader.RunAsync(soak.reading.Token)).ToArray();
        // Nobody ends early, unless by a failure, which is told at once.
        await Task.WhenAny([.. acts, .. reads, Task.Delay(plan.Duration, cancellationToken)]);
        cancellationToken.ThrowIfCancellationRequested();
        report.Step("faults end");
        await soak.acting.CancelAsync();
        await Task.WhenAll(acts);
        var history = await soak.MendAsync();
        await soak.reading.CancelAsync();
        await Task.WhenAll(reads);
        await soak.CheckAsync(history);
        return report;
    }

    public async ValueTask DisposeAsync()
    {
        await acting.CancelAsync();
        await reading.CancelAsync();
        if (started is not null)
        {
            await started.DisposeAsync();
        }

        if (hostile is not null)
        {
            await hostile.DisposeAsync();
        }

        await Task.WhenAll([.. fakes.Select(static fake => fake.DisposeAsync().AsTask()), .. qemus.Select(static qemu => qemu.DisposeAsync().AsTask())]);
        directory.Delete(recursive: true);
    }

    private async Task StartAsync()
    {
        for (var i = 0; i < plan.Fakes; i++)
        {
            var path = i % 5 == 2 ? Path.Combine(Discovery, $"fake-{i}.qmp") : i % 2 == 0 ? Path.Combine(directory.FullName, $"{i}.sock") : null;
            fakes.Add(new SoakFake($"fake-{i}", path, plan.RandomFor($"fake {i}"), ledger));
            fakes[^1].Start();
        }

        for (var i = 0; i < plan.Qemus; i++)
        {
            qemus.Add(await SoakQemu.StartAsync(i, Discovery));
        }

        hostile = new SoakHostile(Path.Combine(directory.FullName, "hostile.sock"), plan.RandomFor(SoakHostile.Id));
        hostile.Start();
        var gateway = await RealGateway.StartAsync(
        [
            RealGateway.Vm(SoakHostile.Id, hostile.Endpoint),
            .. Configured.Select(static fake => RealGateway.Vm(fake.Id, fake.Endpoint)),
            .. qemus.Where(static qemu => !qemu.Discovered).Select(static qemu => RealGateway.Vm(qemu.Id, qemu.Qemu.Endpoint)),
            $"--Gateway:Discovery:Paths:0={Discovery}",
            "--Gateway:Journal:KeepEvents=1000000000", "--Gateway:Journal:KeepEventsPerVm=1000000000", "--Gateway:Qmp:CommandTimeout=00:00:02",
        ]);
        started = new SoakGateway(gateway, report);
        lists = new SoakLists(started, report);
        foreach (var fake in Registered)
        {
            await SoakFaults.PutAsync(Gateway, fake, report);
        }

        readers.AddRange(Enumerable.Range(0, plan.Readers).Select(i => SoakReaders.Draw(i, plan, Gateway, report)));
    }

    private Task[] Acts() =>
    [
        .. fakes.Select(fake => SendAsync(fake, plan.RandomFor($"events of {fake.Id}"))),
        .. Enumerable.Range(0, plan.Clients).Select(i => new SoakClient(
            $"client-{i}", Gateway, [.. fakes.Select(static fake => fake.Id)], [.. qemus.Select(static qemu => qemu.Id)], plan.RandomFor($"client {i}"), ledger, report).RunAsync(acting.Token)),
        hostile!.RunAsync(report, acting.Token),
        lists!.RunAsync(acting.Token),
        new SoakFaults(plan, Gateway, fakes, [.. Registered], qemus, report).RunAsync(acting.Token),
        WatchAsync(),
    ];

    /// <summary>Lets a fake send at a pace that changes: silence, a trickle, a stream.</summary>
    private async Task SendAsync(SoakFake fake, Random random)
    {
        int[] paces = [5, 50, 200, 1_000, 4_000];
        while (!acting.IsCancellationRequested)
        {
            var pace = paces[random.Next(paces.Length)];
            for (var left = random.Next(1, 2 + (5_000 / pace)); left > 0 && !acting.IsCancellationRequested; left--)
            {
                await fake.EventsAsync(1);
                await Task.Delay(random.Next(pace), acting.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WatchAsync()
    {
        var vitals = new SoakVitals(Gateway, report);
        await vitals.RunAsync(acting.Token);
        vitals.Check();
    }

    /// <summary>Ends all faults, sees everybody connected again, and returns what history holds once a last event of each fake is in it.</summary>
    private async Task<List<Told>> MendAsync()
    {
        report.Step("mending");
        // Answers that are late come before the connections end.
        await Task.Delay(TimeSpan.FromSeconds(6));
        foreach (var fake in fakes)
        {
            fake.Behaves = true;
            await fake.HangUpAsync();
        }

        await UntilAsync(async () => fakes.TrueForAll(static fake => fake.Connected) && await AllConnectedAsync(), "all VMs connected again");
        var cursor = (await Gateway.Process.GetAsync("/vms")).Json().GetProperty("cursor").GetString();
        foreach (var fake in fakes)
        {
            await fake.EventsAsync(1);
        }

        foreach (var qemu in qemus)
        {
            var status = (await Gateway.Process.GetAsync($"/vms/{qemu.Id}/status")).Json();
            var truth = await qemu.Qemu.Side.StatusAsync();
            report.Hold(status.GetProperty("status").GetString() == truth, () => $"{qemu.Id} is {truth}, not {status}");
        }

        foreach (var fake in fakes)
        {
            await Gateway.Process.EventAsync(fake.Id, SoakFake.Names[(fake.Numbers - 1) % SoakFake.Names.Length], $"data.n={fake.Numbers - 1}&after={cursor}");
        }

        await lists!.TakeAsync(CancellationToken.None);
        report.Step("reading history");
        var history = (await Gateway.Process.EventsAsync("")).ConvertAll(Told.From);
        report.Step("readers catch up");
        readers.ForEach(static reader => reader.Hurries = true);
        foreach (var reader in readers)
        {
            await UntilAsync(() => Task.FromResult(reader.Began is not null), $"{reader} has begun");
            var due = EventChecks.Due(history, reader).Length;
            await UntilAsync(() => Task.FromResult(reader.Count >= due), $"{reader} has caught up");
        }

        return history;
    }

    private async Task<bool> AllConnectedAsync() => (await Gateway.Process.GetAsync("/vms")).Json().GetProperty("items").EnumerateArray()
        .All(static vm => vm.GetProperty("connection").GetProperty("state").ValueEquals("connected"));

    private async Task UntilAsync(Func<Task<bool>> seen, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await seen())
        {
            if (Stopwatch.GetElapsedTime(began) > Mending)
            {
                report.Broken($"not in {Mending.TotalSeconds} s: {what}");
                return;
            }

            await Task.Delay(100);
        }
    }

    private async Task CheckAsync(List<Told> history)
    {
        report.Step("checking");
        report.Count("events kept", history.Count);
        report.Note($"slowest start {Gateway.SlowestStart.TotalSeconds:0.0} s, slowest end by SIGTERM {Gateway.SlowestEnd.TotalSeconds:0.0} s");
        var events = new EventChecks(history, Gateway.Ends, report);
        events.Order();
        fakes.ForEach(events.Fake);
        qemus.ForEach(events.Qemu);
        readers.ForEach(events.Reader);
        lists!.Check(history);
        new CommandChecks(ledger, history, events.Whole, report).All();
        foreach (var fake in Registered)
        {
            var (told, kept) = (report.CountOf($"removed {fake.Id}"), history.Count(t => t.Vm == fake.Id && t.Name == "VM_REMOVED"));
            report.Hold(kept >= told, () => $"{fake.Id} was removed {told} times, VM_REMOVED came {kept} times");
        }

        SoakLog.Check(Gateway.Process.Log, report);
        report.Hold(await Gateway.Process.TerminateAsync() == 0, static () => "the gateway did not end well");
        await new SoakDamage(Gateway.Process, fakes, plan.RandomFor("damage"), report).RunAsync(history, plan.Damages);
    }
}
