using System.Diagnostics.CodeAnalysis;

namespace QmpGateway.Qmp.Connection;

/// <summary>
/// The commands that were sent and have no reply yet. An entry stays until QEMU replies or the connection ends, even if its caller no longer
/// waits, because until then the command occupies a place in QEMU's queue.
/// </summary>
internal sealed class PendingReplies
{
    private readonly Lock sync = new();
    private readonly Dictionary<string, PendingReply> replies = [];
    private string? closed;
    private long order;

    /// <summary>The number of commands sent so far.</summary>
    public long Sent
    {
        get
        {
            lock (sync)
            {
                return order;
            }
        }
    }

    /// <summary>Adds a command, before its first byte is sent.</summary>
    /// <exception cref="QmpDisconnectedException">The table is closed, and no more commands may be sent.</exception>
    public void Add(PendingReply reply)
    {
        lock (sync)
        {
            if (closed is not null)
            {
                throw new QmpDisconnectedException(reply.Command, closed, sent: false);
            }

            reply.Order = order++;
            replies.Add(reply.Id, reply);
        }
    }

    /// <summary>
    /// Takes the command that a reply belongs to. QEMU replies to the in-band commands of a connection in order, so earlier commands that are still pending
    /// have left QEMU's queue. If their callers no longer wait, this releases their places. Their replies may still arrive.
    /// </summary>
    public bool TryTake(string id, [NotNullWhen(true)] out PendingReply? reply)
    {
        lock (sync)
        {
            if (!replies.Remove(id, out reply))
            {
                return false;
            }

            foreach (var earlier in replies.Values)
            {
                if (earlier.GivenUp && earlier.Order < reply.Order && earlier.Lane == reply.Lane)
                {
                    earlier.LeaveLane();
                }
            }

            return true;
        }
    }

    /// <summary>
    /// Fails all pending commands, and all commands that are added later. That includes the commands that get the places which this call releases.
    /// Returns the reason of the first call.
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
