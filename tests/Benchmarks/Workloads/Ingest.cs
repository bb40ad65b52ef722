using System.Diagnostics;
using Benchmarks.Load;
using Benchmarks.Processes;
using QmpGateway.Qmp;

namespace Benchmarks.Workloads;

/// <summary>How fast events go from QEMUs into the journal.</summary>
internal sealed class Ingest(int fakes, int events) : IWorkload
{
    private readonly Pair pair = new($"ingest, {fakes} {(fakes == 1 ? "fake" : "fakes")}, all journalled: events/s", "read and parse only, no journal", fakes == 1 ? 0.5 : 0.4, AtMost: false);

    public string Name => $"ingest-{fakes}";

    public async Task<IReadOnlyList<Measured>> MeasureAsync(int round)
    {
        var (reference, gateway) = await Timing.BothAsync(round, ReadOnlyAsync, JournalAsync);
        return [new Measured(pair, reference, gateway)];
    }

    private async Task<double> ReadOnlyAsync()
    {
        using var directory = new Temporary();
        await using var senders = await Child.StartOwnAsync("fakes", directory.Path, $"{fakes}");
        var whole = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = 0;
        var clients = await Task.WhenAll(Enumerable.Range(0, fakes).Select(i => QmpClient.ConnectAsync(
            QmpEndpoint.Parse($"unix:{directory.PathOf($"{i}.sock")}"),
            new QmpClientOptions
            {
                OnEvent = _ =>
                {
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        whole.SetResult();
                    }
                },
            })));
        foreach (var measured in (bool[])[false, false, false, true])
        {
            whole = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            left = fakes * events;
            var began = Stopwatch.GetTimestamp();
            senders.Tell($"0 {fakes} {events} 0");
            await whole.Task;
            if (measured)
            {
                var rate = fakes * events / Stopwatch.GetElapsedTime(began).TotalSeconds;
                await Task.WhenAll(clients.Select(static client => client.DisposeAsync().AsTask()));
                return rate;
            }
        }

        throw new UnreachableException();
    }

    private async Task<double> JournalAsync()
    {
        using var directory = new Temporary();
        await using var senders = await Child.StartOwnAsync("fakes", directory.Path, $"{fakes}");
        await using var gateway = await GatewayProcess.StartAsync(
            null, [.. Enumerable.Range(0, fakes).Select(i => GatewayProcess.Vm($"vm{i}", directory.PathOf($"{i}.sock"))), "--Gateway:Journal:KeepEventsPerVm=1000000"]);
        await gateway.ConnectedAsync(fakes);
        using var head = await JournalHead.ConnectAsync(gateway.Child.Address);
        await SendAsync();
        await SendAsync();
        await SendAsync();
        return await SendAsync();

        async Task<double> SendAsync()
        {
            var before = await head.ReadAsync();
            var began = Stopwatch.GetTimestamp();
            senders.Tell($"0 {fakes} {events} 0");
            // Ids follow one another without a gap, so that what is missing shows.
            await head.ReachAsync(before + (fakes * events));
            return fakes * events / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
    }
}
