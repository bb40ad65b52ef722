using System.Threading.Channels;
using Gateway.Metrics;
using Gateway.Vms.Sessions;
using QmpGateway.Qmp;

namespace Gateway.Vms.Status;

/// <summary>Keeps the status of a VM up to date. Reads it on request, after events, after commands of this gateway, and every few seconds.</summary>
internal sealed class StatusKeeper
{
    // QEMU replies to the first query in a millisecond unless its main loop hangs. After this time, VM_CONNECTED is written without a status.
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(2);

    // Not every change of state has an event.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Short, so that a failed migration is not confused with the next one, which another client may start.
    private static readonly TimeSpan MigrationInterval = TimeSpan.FromSeconds(1);

    // A burst of events costs one query per interval, not one per event. While events keep coming, the interval doubles up to the maximum.
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaxSpacing = 16 * Spacing;

    // Urgent, because lifecycle commands wait for it. At most one is in progress, however many callers there are.
    private static readonly QmpCommand Query = new(RunStateCommands.QueryStatus) { Urgent = true };
    private static readonly QmpCommand Migration = new("query-migrate") { Urgent = true };

    private readonly string vm;
    private readonly Func<VmLine> line;
    private readonly VmState state;
    private readonly TimeSpan timeout;
    private readonly TimeProvider time;
    private readonly GatewayMetrics metrics;
    private readonly StatusReader reader;
    private readonly Channel<bool> wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <param name="vm">The VM's id.</param>
    /// <param name="line">Returns the connection in use. Throws if there is none.</param>
    /// <param name="state">Receives every status.</param>
    /// <param name="timeout">How long a caller waits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Counts the queries.</param>
    public StatusKeeper(string vm, Func<VmLine> line, VmState state, TimeSpan timeout, TimeProvider time, GatewayMetrics metrics)
    {
        this.vm = vm;
        this.line = line;
        this.state = state;
        this.timeout = timeout;
        this.time = time;
        this.metrics = metrics;
        reader = new StatusReader(ReadNowAsync);
    }

    /// <summary>Requests a read of the status, because it may have changed.</summary>
    public void Want() => wanted.Writer.TryWrite(true);

    /// <summary>Reads the status. The reply is newer than this call. Concurrent callers share one query.</summary>
    public async Task<VmStatus> ReadAsync(Caller caller, CancellationToken cancellationToken)
    {
        var on = line();
        var question = reader.Join();
        try
        {
            // A caller that waits for its turn needs a timeout. A query that was sent already has one, and a second one would race with it.
            return await question.Answer.WaitAsync(question.IsSent ? Timeout.InfiniteTimeSpan : timeout, time, cancellationToken);
        }
        catch (QmpTimeoutException late) when (late.Sent)
        {
            TellLateReply(on, question, caller, late.LateReply!);
            throw;
        }
        catch (TimeoutException)
        {
            if (!question.IsSent)
            {
                throw new QmpTimeoutException(Query.Name, timeout, lateReply: null);
            }

            var reply = LateReplyAsync(question.Answer);
            TellLateReply(on, question, caller, reply);
            throw new QmpTimeoutException(Query.Name, timeout, reply);
        }
    }

    /// <summary>Reads the status over a client that nobody else uses yet.</summary>
    public async Task<VmStatus> ReadFirstAsync(QmpClient client, CancellationToken cancellationToken) =>
        VmStatus.From(await client.ExecuteAsync(Query, FirstPatience, cancellationToken), time.GetUtcNow());

    /// <summary>Keeps the status up to date until the connection ends.</summary>
    public async Task RunAsync(QmpClient client, CancellationToken cancellationToken)
    {
        for (var spacing = Spacing; await WaitAsync(client, state.Causes.AwaitsMigration ? MigrationInterval : Interval, cancellationToken);)
        {
            try
            {
                await reader.Join().Answer.WaitAsync(cancellationToken);
                if (state.Causes.AwaitsMigration)
                {
                    // QEMU does not report a failed migration unless migration events are enabled.
                    state.Causes.Migration(await client.ExecuteAsync(Migration, timeout, cancellationToken));
                }
            }
            catch (QmpTimeoutException hung)
            {
                if (hung.LateReply is { } late && state.Snapshot.Connection.State == ConnectionState.Stuck)
                {
                    // QEMU replies in order, so another query would only wait behind this one.
                    await Task.WhenAny(late, client.Completion).WaitAsync(cancellationToken);
                }

                Want();
            }
            catch (Exception failure) when (failure is QmpException or VmUnreachableException)
            {
                // The status is read again soon. The snapshot shows the age of the last one.
            }

            await Task.WhenAny(Task.Delay(spacing, time, cancellationToken), client.Completion);
            spacing = wanted.Reader.Count == 0 ? Spacing : 2 * spacing < MaxSpacing ? 2 * spacing : MaxSpacing;
        }
    }

    private static void TellLateReply(VmLine on, StatusQuestion question, Caller caller, Task<JsonText> reply)
    {
        if (question.BeginTelling())
        {
            _ = on.TellLateReplyAsync(new VmCommand(Query, caller), reply);
        }
    }

    /// <summary>Returns the reply to a query, even if it arrives after the query has timed out.</summary>
    private static async Task<JsonText> LateReplyAsync(Task<VmStatus> answer)
    {
        try
        {
            return (await answer).Text;
        }
        catch (QmpTimeoutException late) when (late.Sent)
        {
            return await late.LateReply!;
        }
    }

    /// <summary>Waits until a read is requested or is due. Returns false if the connection ended.</summary>
    private async Task<bool> WaitAsync(QmpClient client, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var due = wanted.Reader.ReadAsync(over.Token).AsTask();
        var old = Task.Delay(interval, time, over.Token);
        await Task.WhenAny(due, old, client.Completion);
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return !client.Completion.IsCompleted;
    }

    private async Task<VmStatus> ReadNowAsync()
    {
        var answer = await metrics.CommandAsync(vm, Query.Name, time, () => line().AskAsync(Query, timeout));
        var status = VmStatus.From(answer, time.GetUtcNow(), state.Snapshot.Status);
        state.Observed(status);
        return status;
    }
}
