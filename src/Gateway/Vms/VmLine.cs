using Gateway.Limits;
using Qmp;

namespace Gateway.Vms;

/// <summary>One connection in use: what commands go over, and what is noted about them.</summary>
internal sealed class VmLine(string id, QmpClient client, string run, VmState state, KnownActions actions, QmpOptions options)
{
    public QmpClient Client => client;

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
            // Refused, or never sent.
            state.Causes.TakeBack(sent);
            throw;
        }
    }

    /// <summary>Settles what a client was left in doubt about, should the answer still come on this connection.</summary>
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
        catch (Exception unsettled) when (unsettled is QmpException or VmUnreachableException)
        {
            // The connection ended: the doubt stays.
            sent?.IsAnswered = true;
        }
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
