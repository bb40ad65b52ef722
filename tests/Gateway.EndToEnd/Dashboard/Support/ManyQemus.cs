using System.Diagnostics;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>A gateway with many fakes.</summary>
public sealed class ManyQemus : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("many-");
    private readonly LivelyQemu[] fakes;
    private RealGateway? gateway;

    private ManyQemus(int count) =>
        fakes = [.. Enumerable.Range(1, count).Select(n => new LivelyQemu(Path.Combine(directory.FullName, $"vm-{n:0000}.qmp")))];

    public RealGateway Gateway => gateway!;

    /// <summary>Starts them all and a gateway that is connected to each.</summary>
    public static async Task<ManyQemus> StartAsync(int count)
    {
        var many = new ManyQemus(count);
        try
        {
            many.gateway = await RealGateway.StartAsync($"--Gateway:Discovery:Paths:0={many.directory.FullName}");
            await Poll.UntilAsync(
                async () => (await many.gateway.GetAsync("/events?event=VM_CONNECTED&after=start&limit=1000")).Json().GetProperty("items").GetArrayLength().ToString(),
                count.ToString());
            return many;
        }
        catch
        {
            await many.DisposeAsync();
            throw;
        }
    }

    /// <summary>Changes the state of one after the other, until it is disposed.</summary>
    public Changes Change(int perSecond) => new(fakes, perSecond);

    public async ValueTask DisposeAsync()
    {
        if (gateway is not null)
        {
            await gateway.DisposeAsync();
        }

        await Task.WhenAll(fakes.Select(static fake => fake.DisposeAsync().AsTask()));
        directory.Delete(recursive: true);
    }

    /// <summary>Changes that go on.</summary>
    public sealed class Changes : IAsyncDisposable
    {
        private readonly CancellationTokenSource over = new();
        private readonly Task changing;
        private int count;

        internal Changes(LivelyQemu[] fakes, int perSecond) => changing = Task.Run(() => ChangeAsync(fakes, perSecond));

        /// <summary>How many there were so far.</summary>
        public int Count => Volatile.Read(ref count);

        public async ValueTask DisposeAsync()
        {
            await over.CancelAsync();
            await changing;
        }

        private async Task ChangeAsync(LivelyQemu[] fakes, int perSecond)
        {
            var begun = Stopwatch.GetTimestamp();
            while (!over.IsCancellationRequested)
            {
                var due = (int)(Stopwatch.GetElapsedTime(begun).TotalSeconds * perSecond);
                for (; count < due; Interlocked.Increment(ref count))
                {
                    // All over the fleet, and each fake paused in one round and running in the next.
                    var isPaused = count / fakes.Length % 2 == 0;
                    await fakes[count * 7 % fakes.Length].ChangeAsync(isPaused ? "paused" : "running", isPaused ? "STOP" : "RESUME");
                }

                await Task.Delay(10, CancellationToken.None);
            }
        }
    }
}
