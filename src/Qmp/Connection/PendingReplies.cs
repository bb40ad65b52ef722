using System.Diagnostics.CodeAnalysis;

namespace QmpGateway.Qmp.Connection;

/// <summary>
/// The commands that went out and are not answered. An entry stays until QEMU answers or the connection ends, whether or not
/// its caller still waits: until then the command stands in QEMU's queue.
/// </summary>
internal sealed class PendingReplies
{
    private readonly Lock sync = new();
    private readonly Dictionary<string, PendingReply> replies = [];
    private string? closed;
    private long order;

    /// <summary>How many commands were sent so far.</summary>
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

            reply.Order = order++;
            replies.Add(reply.Id, reply);
        }
    }

    /// <summary>
    /// Takes the command that an answer is for. QEMU answers the in-band commands of a connection in order, so those before it that
    /// are still here stand in QEMU's queue no more: those that nobody waits for leave their places, and may yet be answered.
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
