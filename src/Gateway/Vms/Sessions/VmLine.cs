using Gateway.Limits;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms.Sessions;

/// <summary>A connection in use. Sends commands, and records what is known about them.</summary>
internal sealed class VmLine(string id, QmpClient client, string run, VmState state, KnownActions actions, QmpOptions options)
{
    // More than one, because a single query may wait for a while behind a slow command.
    private const int UnansweredUntilStuck = 2;

    private int unanswered;

    public QmpClient Client => client;

    /// <summary>Sends a query to QEMU, and records whether QEMU replies at all.</summary>
    public async Task<JsonText> AskAsync(QmpCommand question, TimeSpan timeout)
    {
        try
        {
            var answer = await client.ExecuteAsync(question, timeout);
            Answered();
            return answer;
        }
        catch (QmpCommandException)
        {
            Answered();
            throw;
        }
        catch (QmpTimeoutException silent)
        {
            if (Interlocked.Increment(ref unanswered) >= UnansweredUntilStuck)
            {
                state.Answering(false);
            }

            _ = silent.LateReply is { } late ? AnsweredAsync(late) : null;
            throw;
        }
    }

    public async Task<JsonText> ExecuteAsync(VmCommand command, CancellationToken cancellationToken)
    {
        Check(command);
        var sent = state.Causes.Add(command.Command.Name, command.Caller.Who);
        try
        {
            var timeout = command.Timeout ?? CommandTimes.For(command.Command.Name, options);
            var inTurn = command.Command with
            {
                Sender = command.Caller.Who,
                Urgent = CommandWork.Of(command.Command.Name, command.Command.OutOfBand) == Work.Urgent,
            };
            var answer = await client.ExecuteAsync(inTurn, timeout, cancellationToken);
            sent.IsAnswered = true;
            actions.Apply(command.Command, done: true);
            return answer;
        }
        catch (QmpTimeoutException late) when (late.Sent)
        {
            actions.Apply(command.Command, done: false);
            _ = TellLateReplyAsync(command, late.LateReply!, sent);
            throw;
        }
        catch (Exception unknown) when (unknown is OperationCanceledException or QmpDisconnectedException { Sent: true })
        {
            sent.IsAnswered = true;
            actions.Apply(command.Command, done: false);
            throw;
        }
        catch
        {
            // QEMU rejected the command, or it was never sent.
            state.Causes.TakeBack(sent);
            throw;
        }
    }

    /// <summary>Reports the outcome of a command that timed out, if the reply still arrives on this connection.</summary>
    public async Task TellLateReplyAsync(VmCommand command, Task<JsonText> lateReply, SentCommand? sent = null)
    {
        try
        {
            await lateReply;
            sent?.IsAnswered = true;
            actions.Apply(command.Command, done: true);
            state.FinishedLate(command, refusal: null);
        }
        catch (QmpCommandException refusal)
        {
            if (sent is not null)
            {
                state.Causes.TakeBack(sent);
            }

            state.FinishedLate(command, refusal);
        }
        catch (Exception lost) when (lost is QmpException or VmUnreachableException)
        {
            // The connection ended, so the outcome stays unknown.
            sent?.IsAnswered = true;
        }
    }

    private async Task AnsweredAsync(Task<JsonText> lateReply)
    {
        await ((Task)lateReply).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (lateReply.Exception?.InnerException is null or QmpCommandException)
        {
            Answered();
        }
    }

    private void Answered()
    {
        Interlocked.Exchange(ref unanswered, 0);
        state.Answering(true);
    }

    private void Check(VmCommand command)
    {
        if (command.IfRun is { } runs && !runs.Contains(run))
        {
            throw new RunChangedException(id, run, command.Command.Name);
        }

        if (command.Command.OutOfBand && !client.OutOfBand)
        {
            throw new OutOfBandNotOfferedException(id, command.Command.Name);
        }
    }
}
