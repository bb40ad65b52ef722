using System.Collections.Frozen;
using System.Text.Json;
using Gateway.Json;

namespace Gateway.Journal;

/// <summary>Which events a reader wants. What is empty leaves nothing out.</summary>
public sealed class EventFilter
{
    private readonly FrozenSet<string> events;
    private readonly IReadOnlyList<EventPattern> eventPatterns;
    private readonly IReadOnlyList<VmPattern> vms;
    private readonly IReadOnlyList<(string[] Path, string Value)> data;
    private IReadOnlyList<VmPattern>? within;
    private Func<string, bool>? labelled;

    /// <param name="vms">Patterns of VM ids; any of them.</param>
    /// <param name="events">Names of events, in which <c>*</c> stands for any text; any of them.</param>
    /// <param name="data">Members of the payload (dots reach inside) and what they must be; all of them.</param>
    public EventFilter(IEnumerable<VmPattern>? vms = null, IEnumerable<string>? events = null, IEnumerable<KeyValuePair<string, string>>? data = null)
    {
        this.vms = [.. vms ?? []];
        NamedVms = this.vms.Count > 0 && this.vms.All(static vm => !vm.Text.Contains('*')) ? [.. this.vms.Select(static vm => vm.Text)] : null;
        var names = (events ?? []).ToLookup(EventPattern.Is);
        this.events = names[false].ToFrozenSet();
        eventPatterns = [.. names[true].Select(static text => EventPattern.TryParse(text, out var pattern) ? pattern : throw new ArgumentException("a pattern is too long", nameof(events)))];
        this.data = [.. (data ?? []).Select(member => (member.Key.Split('.'), member.Value))];
    }

    /// <summary>Everything.</summary>
    public static EventFilter All { get; } = new();

    /// <summary>The VMs, where each of them is named in full; null where there may be others.</summary>
    public IReadOnlyList<string>? NamedVms { get; }

    /// <summary>The same filter, of these VMs at most.</summary>
    /// <param name="seen">Patterns of VM ids; none of them means no VM at all.</param>
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

    /// <summary>The same filter, limited to the VMs for which a function returns true at the time of reading.</summary>
    public EventFilter Labelled(Func<string, bool> hasLabels)
    {
        var narrower = (EventFilter)MemberwiseClone();
        narrower.labelled = hasLabels;
        return narrower;
    }

    /// <summary>The same filter, limited to entries received at some time.</summary>
    public EventFilter During(TimeRange range)
    {
        var narrower = (EventFilter)MemberwiseClone();
        narrower.Received = range;
        return narrower;
    }

    /// <summary>When entries must have been received.</summary>
    public TimeRange Received { get; private set; }

    /// <summary>Whether every entry is wanted.</summary>
    public bool MatchesAll => vms.Count + events.Count + eventPatterns.Count + data.Count == 0 && within is null && labelled is null && Received.IsUnbounded;

    /// <summary>Whether an entry is wanted.</summary>
    public bool Matches(JournalEntry entry) => Matches(entry.Vm, entry.Name)
        && (Received.IsUnbounded || Received.Contains(entry.ReceivedAt())) && (data.Count == 0 || MatchesData(entry));

    /// <summary>Whether an entry of this VM and name may be wanted, its payload not looked at.</summary>
    public bool Matches(string vm, string name) => MatchesEvent(name) && MatchesVm(vm);

    /// <summary>Whether entries of this name may be wanted.</summary>
    public bool MatchesEvent(string name) =>
        events.Count + eventPatterns.Count == 0 || events.Contains(name) || eventPatterns.Any(pattern => pattern.Matches(name));

    /// <summary>Whether entries of this VM may be wanted.</summary>
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
