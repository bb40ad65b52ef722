using QmpGateway.Qmp.Protocol;

namespace QmpGateway.Qmp.Connection;

/// <summary>One command on its way, and its place in the lane, which it keeps until QEMU has dealt with it.</summary>
internal sealed class PendingReply(string id, string command, Lane lane)
{
    private readonly TaskCompletionSource<JsonText> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int left;

    public string Id => id;

    public string Command => command;

    public Task<JsonText> Answer => answer.Task;

    /// <summary>Whether the caller waits no more.</summary>
    public bool GivenUp { get; private set; }

    /// <summary>Where the command stands among those of its connection; a later one has a greater number.</summary>
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
        // A caller that went away leaves a failure that nobody looks at.
        _ = answer.Task.Exception;
        LeaveLane();
    }

    public void GiveUp() => GivenUp = true;

    /// <summary>Sets the place free, once.</summary>
    public void LeaveLane()
    {
        if (Interlocked.Exchange(ref left, 1) == 0)
        {
            lane.Leave();
        }
    }
}
