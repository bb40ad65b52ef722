using System.Diagnostics.CodeAnalysis;

namespace Qmp.Connection;

/// <summary>
/// The commands that went out and are not answered. An entry stays until QEMU answers or the connection ends, whether or not
/// its caller still waits: until then the command stands in QEMU's queue.
/// </summary>
internal sealed class PendingReplies
{
    private readonly Lock sync = new();
    private readonly Dictionary<string, PendingReply> replies = [];
    private string? closed;

    /// <summary>Enters a command, before its first byte goes out.</summary>
    /// <exception cref="QmpDisconnectedException">The table is closed: nothing may be sent any more.</exception>
    public void Add(PendingReply reply)
    {
        lock (sync)
        {
            if (closed is not null)
            {
                throw new QmpDisconnectedException(reply.Command, closed, sent: false);
            }

            replies.Add(reply.Id, reply);
        }
    }

    public bool TryTake(string id, [NotNullWhen(true)] out PendingReply? reply)
    {
        lock (sync)
        {
            return replies.Remove(id, out reply);
        }
    }

    /// <summary>
    /// Fails what is pending and, from now on, whatever is added: those too that wait for the places which this sets free.
    /// Answers the reason that counts, which is the first.
    /// </summary>
    public string Close(string reason)
    {
        PendingReply[] orphans;
        lock (sync)
        {
            closed ??= reason;
            reason = closed;
            orphans = [.. replies.Values];
            replies.Clear();
        }

        foreach (var orphan in orphans)
        {
            orphan.Fail(new QmpDisconnectedException(orphan.Command, reason, sent: true));
        }

        return reason;
    }
}
