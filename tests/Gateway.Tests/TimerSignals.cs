using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests;

/// <summary>A fake clock that tells when a timer was started. A test that moves the clock before that moves it in vain.</summary>
internal sealed class TimerSignals : FakeTimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, int> started = new();
    private readonly TestSignal changed = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        started.AddOrUpdate(dueTime, 1, static (_, count) => count + 1);
        changed.Set();
        return timer;
    }

    /// <summary>Waits until a timer of this length was started; the n-th one, the first by default.</summary>
    public Task StartedAsync(TimeSpan dueTime, int count = 1) =>
        changed.UntilAsync(() => started.GetValueOrDefault(dueTime) >= count, $"{count} timers of {dueTime.TotalMilliseconds} ms");
}
