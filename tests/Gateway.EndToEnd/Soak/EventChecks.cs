using System.Text.Json;
using Gateway.EndToEnd.Support;

namespace Gateway.EndToEnd.Soak;

/// <summary>What history must hold, given what each fake and each QEMU knows of what it sent.</summary>
internal sealed class EventChecks(IReadOnlyList<Told> history, IReadOnlyList<DateTimeOffset> ends, SoakReport report)
{
    // TCP throws away what it has not sent yet when a reset comes, as it does where a question of the gateway's meets a closed socket;
    // to the gateway that may look like an ordinary end.
    private static readonly string[] Undelivered = ["connection reset by QEMU", "QEMU closed the connection"];
    private static readonly string[] Unread = ["the gateway closed the connection", "closed by this client"];

    private readonly ILookup<string, Told> byVm = history.ToLookup(static told => told.Vm);
    private readonly HashSet<long> whole = [];

    /// <summary>The connections of fakes that were read to their end.</summary>
    public IReadOnlySet<long> Whole => whole;

    public void Order()
    {
        for (var i = 1; i < history.Count; i++)
        {
            report.Hold(history[i - 1].Id < history[i].Id, () => $"ids do not ascend: {history[i - 1]}, then {history[i]}");
        }

        report.Hold(history.All(static told => told is not { Name: "EVENTS_LOST", Vm: not SoakHostile.Id }), static () => "EVENTS_LOST, and no more waited than memory takes");
    }

    /// <summary>
    /// Of each connection there is a beginning without a gap, in order, once; and all of it, unless the gateway was ended or hung up
    /// before it could have read the rest.
    /// </summary>
    public void Fake(SoakFake fake)
    {
        var told = byVm[fake.Id].ToArray();
        var numbers = told.Where(static t => t.Number is not null).Select(static t => t.Number!.Value).ToArray();
        foreach (var (before, after) in numbers.Zip(numbers.Skip(1)))
        {
            report.Hold(before < after, () => $"{fake.Id}: {before}, then {after}");
        }

        var kept = numbers.ToHashSet();
        foreach (var line in fake.Lines)
        {
            var there = 0L;
            while (line.First + there < line.Tried && kept.Contains(line.First + there))
            {
                there++;
            }

            var after = Enumerable.Range(0, (int)(line.Tried - line.First - there)).Count(i => kept.Contains(line.First + there + i));
            report.Hold(after == 0, () => $"{fake.Id}: {line.First + there} is missing, and {after} events sent after it on connection {line.Number} are not");
            var read = ReadToTheEnd(told, line, fake.Endpoint.StartsWith("tcp:", StringComparison.Ordinal) ? [.. Unread, .. Undelivered] : Unread);
            report.Hold(!read || line.First + there >= line.Written, () =>
                $"{fake.Id}: the gateway read connection {line.Number} to its end, and events {line.First + there} to {line.Written - 1} are missing");
            _ = read && whole.Add(line.Number);
            report.Count(read ? "connections that must be whole" : "connections that the gateway left");
            report.Count("numbered events sent", line.Written - line.First);
            report.Count("numbered events kept", there);
        }
    }

    /// <summary>Between a connection and its end nothing that QEMU told its other monitor is left out.</summary>
    public void Qemu(SoakQemu qemu)
    {
        var sent = qemu.Runs.SelectMany(static run => run)
            .Select(static e => SoakQemu.Key(e.Name(), e.TryGetProperty("data", out var data) ? data : Empty, Same.Timestamp(e))).ToList();
        var told = byVm[qemu.Id].ToArray();
        var at = -1;
        for (var i = 0; i < told.Length; i++)
        {
            if (told[i].Name is "VM_CONNECTED" or "VM_DISCONNECTED" || told[i].Envelope.GetProperty("origin").GetString() != "qemu")
            {
                at = told[i].Name is "VM_CONNECTED" or "VM_DISCONNECTED" ? -1 : at;
                continue;
            }

            var same = SoakQemu.Key(told[i].Name, told[i].Envelope.Data(), told[i].Envelope.GetProperty("timestamp").GetString());
            var due = at + 1 < sent.Count ? sent[at + 1] : null;
            report.Count("events of real QEMUs kept");
            // Of a run that was killed the other monitor may have missed the very last. The gateway that was killed tells no end, and events
            // of the next connection may come before it is told.
            report.Hold(at < 0 || due is null || due == same || !sent.Contains(same) || NextConnection(told, i) == "VM_CONNECTED", () => $"{qemu.Id}: {told[i]} came where {due} was due");
            at = due == same ? at + 1 : sent.IndexOf(same);
        }
    }

    public void Reader(SoakReader reader)
    {
        var end = history[^1].Id;
        var due = Due(history, reader);
        var shown = reader.Shown.Where(told => told.Id <= end).ToArray();
        report.Count($"events shown: {reader.Kind}", shown.Length);
        for (var i = 0; i < Math.Max(due.Length, shown.Length); i++)
        {
            var (wanted, got) = (due.ElementAtOrDefault(i), shown.ElementAtOrDefault(i));
            report.Hold(wanted?.Id == got?.Id && wanted?.Digest == got?.Digest, () => $"{reader} from {reader.Began}: {got} was shown where {wanted} was due");
            if (wanted?.Id != got?.Id)
            {
                return;
            }
        }
    }

    /// <summary>What a reader must be shown.</summary>
    public static Told[] Due(IReadOnlyList<Told> history, SoakReader reader) =>
        reader.Began is { } began ? [.. history.Where(told => told.Id > began && reader.Filter.Matches(told))] : [];

    /// <summary>
    /// Whether the gateway tells that the connection ended, and not by its own doing, or it is still there. One that was killed did not read
    /// the rest, and the next one tells the end; one that was told to hang up may not have read the rest, and a TCP connection that is reset
    /// loses what was on its way.
    /// </summary>
    private bool ReadToTheEnd(Told[] told, FakeLine line, string[] unread)
    {
        var connected = Array.FindIndex(told, t => t.Name == "VM_CONNECTED"
            && t.Envelope.Data().GetProperty("status") is { ValueKind: JsonValueKind.Object } status && status.GetProperty("line").GetInt64() == line.Number);
        if (connected < 0)
        {
            return false;
        }

        return told.Skip(connected + 1).FirstOrDefault(static t => t.Name is "VM_CONNECTED" or "VM_DISCONNECTED") switch
        {
            null => true,
            { Name: "VM_DISCONNECTED", Envelope: var ended } => !ends.Any(end => end > At(told[connected].Envelope) && end < At(ended)) && !unread.Any(ended.Data().GetProperty("reason").GetString()!.Contains),
            _ => false,
        };
    }

    /// <summary>The beginning or the end of a connection, whichever is told first after an event.</summary>
    private static string? NextConnection(Told[] told, int after) => told.Skip(after + 1).FirstOrDefault(static t => t.Name is "VM_CONNECTED" or "VM_DISCONNECTED")?.Name;

    private static DateTimeOffset At(JsonElement envelope) => envelope.GetProperty("receivedAt").GetDateTimeOffset();

    private static JsonElement Empty => JsonElement.Parse("{}");
}
