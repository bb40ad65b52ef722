using Gateway.Journal;
using Gateway.Json;
using Gateway.Requests.Binding;
using Gateway.Vms;

namespace Gateway.Requests.Reading;

/// <summary>Parses and checks the event filters of a request.</summary>
internal static class EventQuery
{
    /// <summary>The prefix of parameters that filter by a member of the payload.</summary>
    public const string DataPrefix = "data.";

    /// <summary>Returns a filter.</summary>
    /// <param name="vms">The VMs.</param>
    /// <param name="events">The names of events.</param>
    /// <param name="data">Members of the payload with their values.</param>
    /// <param name="vmField">The field that has the VMs.</param>
    /// <param name="eventField">The field that has the names of events.</param>
    /// <exception cref="InvalidRequestException">A pattern is invalid, or a name is empty.</exception>
    public static EventFilter Filter(
        IEnumerable<string> vms, IEnumerable<string> events, IEnumerable<KeyValuePair<string, string>> data, string vmField = "vm", string eventField = "event")
    {
        var patterns = new List<VmPattern>();
        foreach (var vm in vms)
        {
            patterns.Add(VmPattern.TryParse(vm, out var pattern)
                ? pattern
                : throw new InvalidRequestException(vmField, $"must be a VM id or a pattern of one, where * matches any text, not '{Echo.Of(vm)}'"));
        }

        var names = events.ToArray();
        if (names.Contains(""))
        {
            throw new InvalidRequestException(eventField, "must not be empty");
        }

        return names.Any(static name => EventPattern.Is(name) && !EventPattern.TryParse(name, out _))
            ? throw new InvalidRequestException(eventField, "must be a pattern of at most 255 characters")
            : new EventFilter(patterns, names, data);
    }

    /// <summary>Returns the filter, limited to VMs that have all given labels when an event is read.</summary>
    public static EventFilter Labelled(this EventFilter filter, IVms vms, IReadOnlyCollection<KeyValuePair<string, string>> labels) =>
        labels.Count == 0 ? filter : filter.Labelled(id => vms.TryGet(id, out var vm) && VmListFilter.HasAll(vm, labels));

    /// <summary>Returns the filters of the query.</summary>
    public static EventFilter Filter(HttpRequest request, IEnumerable<string> vms, IEnumerable<string> events) => Filter(
        vms,
        events,
        request.Query
            .Where(static parameter => parameter.Key.StartsWith(DataPrefix, StringComparison.Ordinal))
            .SelectMany(static parameter => parameter.Value.Select(value => KeyValuePair.Create(parameter.Key[DataPrefix.Length..], value ?? ""))));

    /// <summary>Returns where a stream starts: after the last event that the client received, after a cursor, or now.</summary>
    /// <exception cref="InvalidRequestException">The last event id is not a cursor of the journal.</exception>
    /// <exception cref="UnknownCursorException"><paramref name="after"/> is not a cursor of the journal.</exception>
    public static long StartOf(IJournal journal, EventFilter filter, string? lastEventId, string? after)
    {
        try
        {
            return (lastEventId ?? after) is { } cursor ? journal.Resolve(filter, cursor) : journal.Head;
        }
        catch (UnknownCursorException unknown) when (lastEventId is not null)
        {
            throw new InvalidRequestException("Last-Event-ID", $"must be a cursor of this journal, not '{Echo.Of(unknown.Cursor)}'");
        }
    }

    /// <summary>Whether the client prefers a live stream to a page.</summary>
    public static bool WantsStream(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        var stream = Quality("text/event-stream");
        return stream > 0 && stream >= Quality("application/json");

        double Quality(string type) => accepted.Where(media => media.MediaType == type).Select(static media => media.Quality ?? 1).DefaultIfEmpty().Max();
    }
}
