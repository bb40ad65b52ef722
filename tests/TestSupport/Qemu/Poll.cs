namespace TestSupport.Qemu;

/// <summary>Waiting for what nothing announces.</summary>
public static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks again and again until it sees what is expected.</summary>
    public static async Task UntilAsync(Func<Task<string>> look, string expected)
    {
        using var limit = new CancellationTokenSource(RealQemu.Patience);
        for (var last = await look(); last != expected; last = await look())
        {
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited for '{expected}', last seen was '{last}'.");
            }

            await Task.Delay(Interval);
        }
    }
}
