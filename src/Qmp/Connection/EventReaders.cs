namespace QmpGateway.Qmp.Connection;

/// <summary>The readers of one connection's events. Delivering an event does not wait for any reader.</summary>
internal sealed class EventReaders
{
    private readonly Lock gate = new();
    private volatile QmpEventReader[] readers = [];
    private bool ended;

    public QmpEventReader Add(int capacity)
    {
        var reader = new QmpEventReader(this, capacity);
        lock (gate)
        {
            if (!ended)
            {
                readers = [.. readers, reader];
                return reader;
            }
        }

        reader.End();
        return reader;
    }

    public void Remove(QmpEventReader reader)
    {
        lock (gate)
        {
            readers = [.. readers.Where(other => other != reader)];
        }
    }

    public void HandOver(QmpEvent happened)
    {
        foreach (var reader in readers)
        {
            reader.Offer(happened);
        }
    }

    /// <summary>Ends all readers, and those that are added later.</summary>
    public void End()
    {
        QmpEventReader[] last;
        lock (gate)
        {
            ended = true;
            last = readers;
            readers = [];
        }

        foreach (var reader in last)
        {
            reader.End();
        }
    }
}
