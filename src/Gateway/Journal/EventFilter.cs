using System.Collections.Frozen;
using System.Text.Json;
using Gateway.Json;

namespace Gateway.Journal;

/// <summary>Selects the events that a reader wants. An empty criterion matches everything.</summary>
public sealed class EventFilter
{
    private readonly FrozenSet<string> events;
    private readonly IReadOnlyList<EventPattern> eventPatterns;
    private readonly IReadOnlyList<VmPattern> vms;
    private readonly IReadOnlyList<(string[] Path, string Value)> data;
    private IReadOnlyList<VmPattern>? within;
    private Func<string, bool>? labelled;

    /// <param name="vms">Patterns of VM ids, any of which must match.</param>
    /// <param name="events">Names of events, in which <c>*</c> matches any text. Any of them must match.</param>
    /// <param name="data">Members of the payload (dots separate nested names) and their required values. All must match.</param>
    public EventFilter(IEnumerable<VmPattern>? vms = null, IEnumerable<string>? events = null, IEnumerable<KeyValuePair<string, string>>? data = null)
    {
        this.vms = [.. vms ?? []];
        NamedVms = this.vms.Count > 0 && this.vms.All(static vm => !vm.Text.Contains('*')) ? [.. this.vms.Select(static vm => vm.Text)] : null;
        var names = (events ?? []).ToLookup(EventPattern.Is);
        this.events = names[false].ToFrozenSet();
        eventPatterns = [.. names[true].Select(static text => EventPattern.TryParse(text, out var pattern) ? pattern : throw new ArgumentException("a pattern is too long", nameof(events)))];
        this.data = [.. (data ?? []).Select(member => (member.Key.Split('.'), member.Value))];
    }

    /// <summary>Matches every entry.</summary>
    public static EventFilter All { get; } = new();

    /// <summary>The VMs, if all of them are named without wildcards; null otherwise.</summary>
    public IReadOnlyList<string>? NamedVms { get; }

    /// <summary>Returns the same filter, limited to these VMs.</summary>
    /// <param name="seen">Patterns of VM ids. If empty, no VM matches.</param>
    public EventFilter Within(IReadOnlyList<VmPattern> seen)
    {
        if (seen.Contains(VmPattern.Any))
        {
            return this;
        }

        var narrower = (EventFilter)MemberwiseClone();
        narrower.within = seen;
        return narrower;
    }

    /// <summary>Returns the same filter, limited to the VMs for which a function returns true at the time of reading.</summary>
    public EventFilter Labelled(Func<string, bool> hasLabels)
    {
        var narrower = (EventFilter)MemberwiseClone();
        narrower.labelled = hasLabels;
        return narrower;
    }

    /// <summary>Returns the same filter, limited to entries received in a time range.</summary>
    public EventFilter During(TimeRange range)
    {
        var narrower = (EventFilter)MemberwiseClone();
        narrower.Received = range;
        return narrower;
    }

    /// <summary>When entries must have been received.</summary>
    public TimeRange Received { get; private set; }

    /// <summary>Whether the filter matches every entry.</summary>
    public bool MatchesAll => vms.Count + events.Count + eventPatterns.Count + data.Count == 0 && within is null && labelled is null && Received.IsUnbounded;

    /// <summary>Whether an entry matches.</summary>
    public bool Matches(JournalEntry entry) => Matches(entry.Vm, entry.Name)
        && (Received.IsUnbounded || Received.Contains(entry.ReceivedAt())) && (data.Count == 0 || MatchesData(entry));

    /// <summary>Whether an entry of this VM with this name may match, depending on its payload and time.</summary>
    public bool Matches(string vm, string name) => MatchesEvent(name) && MatchesVm(vm);

    /// <summary>Whether entries with this name may match.</summary>
    public bool MatchesEvent(string name) =>
        events.Count + eventPatterns.Count == 0 || events.Contains(name) || eventPatterns.Any(pattern => pattern.Matches(name));

    /// <summary>Whether entries of this VM may match.</summary>
    public bool MatchesVm(string vm) => (vms.Count == 0 || AnyMatches(vms, vm)) && (within is null || AnyMatches(within, vm)) && (labelled is null || labelled(vm));

    private static bool AnyMatches(IReadOnlyList<VmPattern> patterns, string vm)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(vm))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesData(JournalEntry entry)
    {
        using var json = JsonDocument.Parse(entry.Envelope, JsonReading.Own);
        var payload = json.RootElement.GetProperty("data");
        return data.All(member => Find(payload, member.Path) is { } found && JsonReading.TextOfAny(found) == member.Value);
    }

    private static JsonElement? Find(JsonElement payload, string[] path)
    {
        JsonElement? found = payload;
        foreach (var name in path)
        {
            found = found?.Member(name);
        }

        return found;
    }
}
