using Qmp.Protocol;

namespace Qmp.Connection;

/// <summary>One command on its way, and its place in the lane that it keeps until QEMU answered.</summary>
internal sealed class PendingReply(string id, string command, SemaphoreSlim lane)
{
    private readonly TaskCompletionSource<JsonText> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public string Command => command;

    public Task<JsonText> Answer => answer.Task;

    public void Complete(in QmpMessage message)
    {
        if (message.Kind == QmpMessageKind.Return)
        {
            answer.TrySetResult(message.Return);
            lane.Release();
        }
        else
        {
            Fail(new QmpCommandException(command, message.ErrorClass, message.ErrorDescription));
        }
    }

    public void Fail(QmpException failure)
    {
        answer.TrySetException(failure);
        // A caller that went away leaves a failure that nobody looks at.
        _ = answer.Task.Exception;
        lane.Release();
    }
}
