using CsCheck;
using Gateway.Journal;
using Xunit;

namespace Gateway.Tests.Journal;

public sealed class DroppedMarksTests
{
    private const int Bound = 20;

    private static readonly string[] Vms = [.. Enumerable.Range(0, 12).Select(static i => $"vm{i}")];
    private static readonly string[] Events = [.. Enumerable.Range(0, 4).Select(static i => $"E{i}")];

    // An entry of a VM, or a trim of a VM down to so many entries.
    private static readonly Gen<(int Vm, int Event, int Keep)> Steps = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 3], Gen.Int[-6, 2]);

    private static EventFilter Of(string vm, string? name = null) => new([new VmPattern(vm)], name is null ? [] : [name]);

    [Fact]
    public void Folded_marks_expire_no_cursor_too_late_and_hide_nothing_that_is_kept_of_a_VM() =>
        Steps.List[0, 400].Sample(static steps =>
        {
            var marks = new DroppedMarks([], Bound);
            var kept = Vms.ToDictionary(static vm => vm, static _ => new List<(long Id, string Event)>());
            var exact = new Dictionary<(string, string), long>();
            var id = 0L;
            foreach (var step in steps)
            {
                var (vm, name) = (Vms[step.Vm], Events[step.Event]);
                if (step.Keep < 0)
                {
                    kept[vm].Add((++id, name));
                    continue;
                }

                var going = kept[vm].SkipLast(step.Keep).ToArray();
                kept[vm].RemoveRange(0, going.Length);
                foreach (var gone in going)
                {
                    exact[(vm, gone.Event)] = gone.Id;
                    marks.Add([new JournalTally(vm, gone.Event, gone.Id, new Holding(1, 1))]);
                }

                if (marks.TooMany)
                {
                    var left = marks.Fold(kept.Where(static v => v.Value.Count > 0).Select(static v => v.Key).ToArray());
                    // As after a restart.
                    marks = new DroppedMarks(left, Bound);
                }

                foreach (var each in Vms)
                {
                    Assert.All(Events, e => Assert.True(marks.NewestFor(Of(each, e)) >= exact.GetValueOrDefault((each, e))));
                    Assert.All(kept[each], entry => Assert.True(entry.Id > marks.NewestFor(Of(each))));
                }

                Assert.True(marks.NewestFor(EventFilter.All) >= exact.Values.DefaultIfEmpty().Max());
            }
        });

    [Fact]
    public void Marks_of_VMs_that_come_and_go_are_bounded()
    {
        var marks = new DroppedMarks([], Bound);
        var most = 0;
        for (var i = 1L; i <= 1000; i++)
        {
            marks.Add([new JournalTally($"gone{i}", "STOP", i, new Holding(1, 1))]);
            most = marks.TooMany ? Math.Max(most, marks.Fold(["kept"]).Count) : most;
        }

        Assert.InRange(most, 1, Bound);
        Assert.Equal(1000, marks.NewestFor(EventFilter.All));
        Assert.Equal(1000, marks.NewestFor(Of("gone1000")));
        Assert.True(marks.NewestFor(Of("gone1")) >= 1);
        Assert.Equal(0, marks.NewestFor(Of("kept")));
    }

    [Fact]
    public void Marks_of_one_VM_that_thinks_of_ever_new_events_are_bounded()
    {
        var marks = new DroppedMarks([], Bound);
        for (var i = 1L; i <= 1000; i++)
        {
            marks.Add([new JournalTally("vm", $"E{i}", i, new Holding(1, 1))]);
            if (marks.TooMany)
            {
                Assert.InRange(marks.Fold(["vm"]).Count, 1, 64);
            }
        }

        Assert.Equal(1000, marks.NewestFor(Of("vm")));
        Assert.True(marks.NewestFor(Of("vm", "E1")) >= 1);
        Assert.Equal(0, marks.NewestFor(new EventFilter([new VmPattern("other")])));
    }
}
