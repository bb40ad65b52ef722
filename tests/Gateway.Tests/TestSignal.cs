namespace Gateway.Tests;

/// <summary>Wakes who waits for a condition whenever something may have changed.</summary>
public sealed class TestSignal
{
    /// <summary>Longer than any test's steps take on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private volatile TaskCompletionSource next = New();

    public void Set() => Interlocked.Exchange(ref next, New()).SetResult();

    public async Task UntilAsync(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var signal = next.Task;
            if (condition())
            {
                return;
            }

            try
            {
                await signal.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{what} did not come");
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
