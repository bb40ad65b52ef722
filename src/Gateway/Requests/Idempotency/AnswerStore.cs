using System.Collections.Concurrent;
using Gateway.Data.Sqlite;
using Gateway.Settings;

namespace Gateway.Requests.Idempotency;

/// <summary>Writes the file of the idempotency keys. One thread does, whatever waits in one transaction: no request's thread waits for the disk.</summary>
internal sealed class AnswerStore : IDisposable
{
    private readonly BlockingCollection<Work> waiting = [];
    private readonly AnswerFile file;
    private readonly Thread thread;

    /// <exception cref="ConfigurationException">The file cannot be opened, or is damaged.</exception>
    public AnswerStore(string path)
    {
        file = new AnswerFile(path);
        thread = new Thread(Run) { Name = "answers", IsBackground = true };
        thread.Start();
    }

    /// <summary>Runs an action on the file. The change is on disk when the task completes.</summary>
    /// <exception cref="DatabaseException">It could not be done, and was not.</exception>
    public async Task<T> DoAsync<T>(Func<AnswerFile, T> what)
    {
        T result = default!;
        await DoAsync(file => { result = what(file); });
        return result;
    }

    /// <inheritdoc cref="DoAsync{T}"/>
    public async Task DoAsync(Action<AnswerFile> what)
    {
        var work = new Work(() => what(file));
        waiting.Add(work);
        await work.Done.Task;
    }

    public void Dispose()
    {
        waiting.CompleteAdding();
        thread.Join();
        file.Dispose();
        waiting.Dispose();
    }

    private void Run()
    {
        foreach (var first in waiting.GetConsumingEnumerable())
        {
            var group = new List<Work> { first };
            while (waiting.TryTake(out var next))
            {
                group.Add(next);
            }

            Write(group);
        }
    }

    private void Write(List<Work> group)
    {
        try
        {
            using var transaction = file.Begin();
            group.ForEach(static work => work.Do());
            transaction.Commit();
        }
        catch (Exception failure)
        {
            // The caller that waits for the task handles the failure.
            group.ForEach(work => work.Done.SetException(failure));
            return;
        }

        group.ForEach(static work => work.Done.SetResult());
    }

    private sealed record Work(Action Do)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
