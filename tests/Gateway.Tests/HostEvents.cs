using System.Text.Json;
using Gateway.Journal;

namespace Gateway.Tests;

/// <summary>Reads a gateway's journal from inside, so that a test can wait for what happens.</summary>
public static class HostEvents
{
    /// <summary>Waits for an event after a point of the journal, the beginning by default.</summary>
    public static async Task<JsonElement> EventAsync(this GatewayHost host, string vm, string name, long after = 0, Func<JsonElement, bool>? where = null)
    {
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        try
        {
            await foreach (var batch in host.Journal.FollowAsync(new EventFilter([new VmPattern(vm)], [name]), after, null, limit.Token))
            {
                var found = batch.Entries.Select(static entry => JsonElement.Parse(entry.Envelope.Span)).Where(e => where?.Invoke(e) ?? true).ToArray();
                if (found.Length > 0)
                {
                    return found[0];
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{name} of {vm} did not come");
        }

        throw new InvalidOperationException("the journal ended");
    }

    /// <summary>All events so far, of a VM, and of some names.</summary>
    public static async Task<List<JsonElement>> EventsAsync(this GatewayHost host, string vm, params string[] names)
    {
        var found = new List<JsonElement>();
        var last = host.Journal.LastAppended;
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        for (var at = 0L; at < last;)
        {
            var changed = host.Journal.FollowAsync(EventFilter.All, at, TimeSpan.FromMilliseconds(50), limit.Token);
            await foreach (var batch in changed)
            {
                var filter = new EventFilter([new VmPattern(vm)], names);
                found.AddRange(batch.Entries.Where(filter.Matches).Select(static entry => JsonElement.Parse(entry.Envelope.Span)));
                at = batch.Cursor;
                break;
            }
        }

        return found;
    }
}
