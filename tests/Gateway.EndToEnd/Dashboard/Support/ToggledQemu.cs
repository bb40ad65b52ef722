using TestSupport.Qemu;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>Stops and continues a real QEMU again and again behind the gateway's back, so that there are events all the time.</summary>
internal sealed class ToggledQemu : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource over = new();
    private readonly Task toggling;

    public ToggledQemu(RealQemu qemu) => toggling = Task.Run(() => ToggleAsync(qemu));

    /// <summary>Ends it; the guest then runs.</summary>
    public async Task StopAsync()
    {
        await over.CancelAsync();
        await toggling;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task ToggleAsync(RealQemu qemu)
    {
        while (!over.IsCancellationRequested)
        {
            await qemu.Side.ExecuteAsync("stop");
            await Task.Delay(Interval, CancellationToken.None);
            await qemu.Side.ExecuteAsync("cont");
            await Task.Delay(Interval, CancellationToken.None);
        }
    }
}
