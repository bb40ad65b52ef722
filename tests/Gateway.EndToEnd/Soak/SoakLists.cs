using System.Text.Json;
using Gateway.EndToEnd.Support;

namespace Gateway.EndToEnd.Soak;

/// <summary>
/// Lists the VMs again and again, over all faults. In the end it holds that each list, and the events after its cursor, lead to the next list.
/// </summary>
internal sealed class SoakLists(SoakGateway gateway, SoakReport report)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly string[] Members = ["endpoint", "labels", "state", "status", "ended"];

    private readonly List<(long Cursor, Dictionary<string, Dictionary<string, string>> Vms)> lists = [];

    public async Task RunAsync(CancellationToken over)
    {
        try
        {
            while (true)
            {
                await TakeAsync(over);
                await Task.Delay(Interval, over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>Lists once; a gateway that ends in between gives no list.</summary>
    public async Task TakeAsync(CancellationToken over)
    {
        if (await gateway.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "/vms"), over) is { Status: System.Net.HttpStatusCode.OK } answer)
        {
            lists.Add((long.Parse(answer.Json().GetProperty("cursor").GetString()!), answer.Json().GetProperty("items").EnumerateArray()
                .Where(static vm => vm.Id() != SoakHostile.Id).ToDictionary(static vm => vm.Id(), Shown)));
        }
    }

    public void Check(IReadOnlyList<Told> history)
    {
        Told[] own = [.. history.Where(static told => told is { Number: null, Vm: not SoakHostile.Id } && told.Envelope.GetProperty("origin").ValueEquals("gateway"))];
        for (var i = 0; i + 1 < lists.Count; i++)
        {
            var (from, to) = (lists[i].Cursor, lists[i + 1].Cursor);
            // While the journal is locked, lists go on and the cursor stays.
            var until = lists.Skip(i + 2).Select(static list => list.Cursor).Where(cursor => cursor > to).Distinct().Skip(1).FirstOrDefault(long.MaxValue);
            var expected = lists[i].Vms.ToDictionary(static vm => vm.Key, static vm => new Dictionary<string, string>(vm.Value));
            foreach (var told in Between(own, from, to))
            {
                Apply(expected, told);
            }

            // A list may be ahead of its cursor: what later events say is right as well.
            var later = Between(own, to, until).ToLookup(static told => told.Vm);
            Compare(expected, lists[i + 1].Vms, later, to);
        }

        report.Count("lists held against the events between them", lists.Count);
    }

    private void Compare(
        Dictionary<string, Dictionary<string, string>> expected, Dictionary<string, Dictionary<string, string>> shown, ILookup<string, Told> later, long cursor)
    {
        foreach (var vm in expected.Keys.Union(shown.Keys))
        {
            var (wanted, got) = (expected.GetValueOrDefault(vm), shown.GetValueOrDefault(vm));
            if (wanted is null || got is null)
            {
                report.Hold(later[vm].Any(told => told.Name == (got is null ? "VM_REMOVED" : "VM_ADDED")), () =>
                    $"the list at {cursor} {(got is null ? "lacks" : "has")} {vm}, and no event says so");
                continue;
            }

            foreach (var member in Members)
            {
                report.Hold(
                    wanted[member] == got[member] || (member, got[member]) == ("state", "connecting") || later[vm].Any(told => Changed(told).Any(change => change.Member == member && change.Value == got[member])),
                    () => $"the list at {cursor} shows {member} of {vm} as {got[member]}, and list and events before it lead to {wanted[member]}");
            }
        }
    }

    private static IEnumerable<Told> Between(IReadOnlyList<Told> own, long after, long upTo) =>
        own.SkipWhile(told => told.Id <= after).TakeWhile(told => told.Id <= upTo);

    private static void Apply(Dictionary<string, Dictionary<string, string>> vms, Told told)
    {
        if (told.Name == "VM_REMOVED")
        {
            vms.Remove(told.Vm);
            return;
        }

        if (told.Name == "VM_ADDED")
        {
            vms[told.Vm] = Members.ToDictionary(static member => member, static _ => "null");
        }

        foreach (var (member, value) in Changed(told))
        {
            if (vms.TryGetValue(told.Vm, out var vm))
            {
                vm[member] = value;
            }
        }
    }

    /// <summary>What an event says of a VM.</summary>
    private static (string Member, string Value)[] Changed(Told told)
    {
        var data = told.Envelope.Data();
        return told.Name switch
        {
            "VM_ADDED" => [("state", "connecting"), .. Given("endpoint"), .. Given("labels")],
            "VM_CHANGED" => [.. Given("endpoint"), .. Given("labels")],
            "VM_CONNECTED" => [("state", "connected"), ("ended", "null"), .. Given("status")],
            "VM_DISCONNECTED" => [("state", "disconnected")],
            "VM_CONNECTION_CHANGED" => Given("state"),
            "VM_STATUS_CHANGED" => Given("status"),
            "VM_ENDED" => [("status", "null"), ("ended", Same.Text(data))],
            _ => [],
        };

        (string Member, string Value)[] Given(string member) => data.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? [(member, Text(value))] : [];
    }

    private static Dictionary<string, string> Shown(JsonElement vm) => new()
    {
        ["endpoint"] = Text(vm.GetProperty("endpoint")),
        ["labels"] = Text(vm.GetProperty("labels")),
        ["state"] = Text(vm.GetProperty("connection").GetProperty("state")),
        ["status"] = Text(vm.GetProperty("status")),
        ["ended"] = vm.TryGetProperty("ended", out var ended) ? Text(ended) : "null",
    };

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : Same.Text(value);
}
