using QmpGateway.Qmp.Protocol;

namespace QmpGateway.Qmp.Connection;

/// <summary>A command that was sent, and its place in the lane. It keeps the place until QEMU has processed the command.</summary>
internal sealed class PendingReply(string id, string command, Lane lane)
{
    private readonly TaskCompletionSource<JsonText> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int left;

    public string Id => id;

    public string Command => command;

    public Task<JsonText> Answer => answer.Task;

    /// <summary>Whether the caller no longer waits for the reply.</summary>
    public bool GivenUp { get; private set; }

    /// <summary>The position among the commands of the connection. Later commands have greater numbers.</summary>
    public long Order { get; set; }

    public Lane Lane => lane;

    public void Complete(in QmpMessage message)
    {
        if (message.Kind == QmpMessageKind.Return)
        {
            answer.TrySetResult(message.Return);
        }
        else
        {
            Fail(new QmpCommandException(command, message.ErrorClass, message.ErrorDescription));
        }

        LeaveLane();
    }

    public void Fail(QmpException failure)
    {
        answer.TrySetException(failure);
        // Marks the exception as observed, in case the caller no longer waits.
        _ = answer.Task.Exception;
        LeaveLane();
    }

    public void GiveUp() => GivenUp = true;

    /// <summary>Releases the place. Further calls do nothing.</summary>
    public void LeaveLane()
    {
        if (Interlocked.Exchange(ref left, 1) == 0)
        {
            lane.Leave();
        }
    }
}
