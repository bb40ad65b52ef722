using TestSupport;

namespace Gateway.EndToEnd.Soak;

/// <summary>One connection to a fake, as its own end knows it: which numbers went over it.</summary>
internal sealed class FakeLine(long number, int incarnation, FakeConnection connection)
{
    /// <summary>Told in every status, so that the journal says which connection was which.</summary>
    public long Number => number;

    public int Incarnation => incarnation;

    public FakeConnection Connection => connection;

    /// <summary>The first number sent here.</summary>
    public long First { get; private set; }

    /// <summary>Numbers from <see cref="First"/> up to here, exclusive, went out whole.</summary>
    public long Written { get; private set; }

    /// <summary>From <see cref="Written"/> up to here, exclusive, some may have.</summary>
    public long Tried { get; private set; }

    /// <summary>Whether events may be sent: the gateway has read its first status, and nothing broke the stream.</summary>
    public bool Open { get; set; }

    public void Opened(long next) => (First, Written, Tried, Open) = (next, next, next, true);

    /// <summary>Sends numbered events in one write; answers whether they went out.</summary>
    public async Task<bool> SendAsync(long from, IReadOnlyList<string> events)
    {
        Tried = from + events.Count;
        try
        {
            await connection.SendAsync(System.Text.Encoding.UTF8.GetBytes(string.Join("\r\n", events) + "\r\n"));
            Written = Tried;
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            Open = false;
        }

        return Open;
    }
}
