namespace Benchmarks.Workloads;

/// <summary>What a workload keeps for all of its rounds: warm processes, as they are in use. The last one begun ends first.</summary>
internal sealed class Stack : IAsyncDisposable
{
    private readonly System.Collections.Generic.Stack<object> all = new();

    public T Add<T>(T one)
        where T : notnull
    {
        all.Push(one);
        return one;
    }

    public async ValueTask DisposeAsync()
    {
        while (all.TryPop(out var one))
        {
            switch (one)
            {
                case IAsyncDisposable later: await later.DisposeAsync(); break;
                case IDisposable now: now.Dispose(); break;
            }
        }
    }
}
