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

    /// <exception cref="InvalidRequestException">A pattern is invalid, or a name is empty.</exception>
    public static EventFilter Filter(IEnumerable<string> vms, IEnumerable<string> events, IEnumerable<KeyValuePair<string, string>> data)
    {
        var patterns = new List<VmPattern>();
        foreach (var vm in vms)
        {
            patterns.Add(VmPattern.TryParse(vm, out var pattern)
                ? pattern
                : throw new InvalidRequestException("vm", $"must be a VM id or a pattern of one, where * matches any text, not '{Echo.Of(vm)}'"));
        }

        var names = events.ToArray();
        if (names.Contains(""))
        {
            throw new InvalidRequestException("event", "must not be empty");
        }

        return names.Any(static name => EventPattern.Is(name) && !EventPattern.TryParse(name, out _))
            ? throw new InvalidRequestException("event", "must be a pattern of at most 255 characters")
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

    /// <summary>Whether the client prefers a live stream to a page.</summary>
    public static bool WantsStream(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        var stream = Quality("text/event-stream");
        return stream > 0 && stream >= Quality("application/json");

        double Quality(string type) => accepted.Where(media => media.MediaType == type).Select(static media => media.Quality ?? 1).DefaultIfEmpty().Max();
    }
}
