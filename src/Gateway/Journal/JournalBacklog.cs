using Gateway.Vms;

namespace Gateway.Journal;

/// <summary>
/// The events that wait to be written. Past a bound the oldest of them are dropped; each VM that lost some gets an event that
/// says so, in the place of the last one lost.
/// </summary>
internal sealed class JournalBacklog(long lastId, TimeProvider time, long floor = 0)
{
    // What one transaction takes: a retry costs no more than this, and readers see the first entries soon.
    private const int MaxTaken = 10_000;

    private readonly object sync = new();
    private readonly Queue<WaitingEvent> waiting = [];
    private readonly List<WaitingEvent> taken = [];
    private readonly Dictionary<string, Loss> losses = [];
    private long last = lastId;
    private long bytes;
    private bool closed;
    private bool nudged;

    /// <summary>The bytes that may wait, an event's payload and some for its keeping. Its envelope takes as much again.</summary>
    public const long MaxBytes = 128 * 1024 * 1024;

    /// <summary>What an event costs beside its payload.</summary>
    public const int Overhead = 256;

    /// <summary>The newest id given.</summary>
    public long Last => Volatile.Read(ref last);

    /// <summary>Takes an event; never waits. Answers its id.</summary>
    public long Add(NewEvent entry)
    {
        var receivedAt = time.GetUtcNow();
        var envelope = JournalEnvelope.Write(entry, receivedAt);
        lock (sync)
        {
            var item = new WaitingEvent(Math.Max(last, floor) + 1, entry, receivedAt, envelope);
            Volatile.Write(ref last, item.Id);
            waiting.Enqueue(item);
            bytes += Cost(item);
            while (bytes > MaxBytes)
            {
                Lose(waiting.Dequeue());
            }

            Monitor.Pulse(sync);
            return item.Id;
        }
    }

    /// <summary>
    /// Waits for events and takes the oldest, or none when it was nudged; null once the backlog is closed and empty. The list is used again by the
    /// next call: one that is made anew at this size is collected with all that is old.
    /// </summary>
    public IReadOnlyList<WaitingEvent>? Take()
    {
        taken.Clear();
        lock (sync)
        {
            while (waiting.Count == 0 && losses.Count == 0 && !nudged)
            {
                if (closed)
                {
                    return null;
                }

                Monitor.Wait(sync);
            }

            nudged = false;
            // What was lost was older than all that waits.
            taken.AddRange(losses.Select(static loss => loss.Value.ToEvent(loss.Key)).OrderBy(static item => item.Id));
            losses.Clear();
            while (taken.Count < MaxTaken && waiting.TryDequeue(out var item))
            {
                bytes -= Cost(item);
                taken.Add(item);
            }

            return taken;
        }
    }

    /// <summary>Wakes who waits for events though there are none.</summary>
    public void Nudge()
    {
        lock (sync)
        {
            nudged = true;
            Monitor.Pulse(sync);
        }
    }

    /// <summary>Waits; ends at once when the backlog closes, and says whether it has.</summary>
    public bool WaitForClose(TimeSpan patience)
    {
        lock (sync)
        {
            var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
            while (!closed && until - Environment.TickCount64 is var left and > 0)
            {
                Monitor.Wait(sync, (int)left);
            }

            return closed;
        }
    }

    /// <summary>How many events wait, and how many are lost.</summary>
    public (int Waiting, long Lost) Count()
    {
        lock (sync)
        {
            return (waiting.Count, losses.Values.Sum(static loss => loss.Count));
        }
    }

    /// <summary>Ends waiting.</summary>
    public void Close()
    {
        lock (sync)
        {
            closed = true;
            Monitor.Pulse(sync);
        }
    }

    private static long Cost(WaitingEvent item) => Overhead + item.Event.Data.Utf8.Length;

    private void Lose(WaitingEvent item)
    {
        bytes -= Cost(item);
        var before = losses.GetValueOrDefault(item.Event.Vm);
        losses[item.Event.Vm] = new Loss((before?.Count ?? 0) + 1, before?.From ?? item.ReceivedAt, item.ReceivedAt, item.Id);
    }

    private sealed record Loss(long Count, DateTimeOffset From, DateTimeOffset To, long LastId)
    {
        public WaitingEvent ToEvent(string vm)
        {
            var told = new NewEvent(vm, GatewayEvents.EventsLost, EventOrigin.Gateway, GatewayEvents.Json(Write), To);
            return new WaitingEvent(LastId, told, To, JournalEnvelope.Write(told, To));
        }

        private void Write(System.Text.Json.Utf8JsonWriter json)
        {
            json.WriteNumber("count", Count);
            json.WritePropertyName("from");
            Api.Json.Times.Write(json, From);
            json.WritePropertyName("to");
            Api.Json.Times.Write(json, To);
        }
    }
}

/// <summary>An event that has its id and is not written yet.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Event">The event.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Envelope">Its envelope but for the id.</param>
internal readonly record struct WaitingEvent(long Id, NewEvent Event, DateTimeOffset ReceivedAt, JournalEnvelope Envelope);
