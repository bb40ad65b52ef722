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

    /// <summary>Fails what is pending and, from now on, whatever is added. Only the first reason counts.</summary>
    public void Close(string reason)
    {
        PendingReply[] orphans;
        lock (sync)
        {
            if (closed is not null)
            {
                return;
            }

            closed = reason;
            orphans = [.. replies.Values];
            replies.Clear();
        }

        foreach (var orphan in orphans)
        {
            orphan.Fail(new QmpDisconnectedException(orphan.Command, reason, sent: true));
        }
    }
}
