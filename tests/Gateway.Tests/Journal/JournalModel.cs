using Gateway.Journal;

namespace Gateway.Tests.Journal;

/// <summary>What the journal should keep, worked out the simple way: a list, and a note of all that went.</summary>
internal sealed class JournalModel(long keepEvents, long keepEventsPerVm)
{
    private readonly List<Entry> kept = [];
    private readonly List<Entry> dropped = [];

    public sealed record Entry(long Id, string Vm, string Name, int X)
    {
        public string Data => $$"""{"x":{{X}}}""";
    }

    /// <summary>A filter, and what it means in terms of the model.</summary>
    public sealed record Filter(string[] Vms, string[] Events, int? X)
    {
        public EventFilter Real { get; } = new(
            Vms.Select(static vm => new VmPattern(vm)), Events, X is { } x ? [new("x", $"{x}")] : []);

        public bool MayMatch(Entry entry) =>
            (Events.Length == 0 || Events.Contains(entry.Name)) && (Vms.Length == 0 || Vms.Any(vm => vm switch
            {
                "*" => true,
                "a*" => entry.Vm.StartsWith('a'),
                "*b" => entry.Vm.EndsWith('b'),
                _ => vm == entry.Vm,
            }));

        public bool Matches(Entry entry) => MayMatch(entry) && (X is null || X == entry.X);
    }

    public long Last { get; private set; }

    public Entry Append(string vm, string name, int x)
    {
        var entry = new Entry(++Last, vm, name, x);
        kept.Add(entry);
        if (kept.Count(e => e.Vm == vm) > keepEventsPerVm)
        {
            Drop(kept.First(e => e.Vm == vm));
        }

        if (kept.Count > keepEvents)
        {
            var most = kept.GroupBy(static e => e.Vm).OrderByDescending(static vm => vm.Count()).ThenBy(static vm => vm.Key, StringComparer.Ordinal).First();
            Drop(most.First());
        }

        return entry;
    }

    /// <summary>The newest that went of what a filter may match.</summary>
    public long Oldest(Filter filter) => dropped.Where(filter.MayMatch).Select(static e => e.Id).DefaultIfEmpty().Max();

    /// <summary>What a reader gets of the entries after one cursor and up to another.</summary>
    public IEnumerable<Entry> Between(Filter filter, long after, long upTo) => kept.Where(e => e.Id > after && e.Id <= upTo && filter.Matches(e));

    /// <summary>The same with those that went.</summary>
    public IEnumerable<Entry> BetweenEver(Filter filter, long after, long upTo) =>
        kept.Concat(dropped).Where(e => e.Id > after && e.Id <= upTo && filter.Matches(e)).OrderBy(static e => e.Id);

    private void Drop(Entry entry)
    {
        kept.Remove(entry);
        dropped.Add(entry);
    }
}
