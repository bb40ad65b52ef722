using System.Net;
using Gateway.EndToEnd.Support;
using Gateway.Tests.Journal;
using Microsoft.AspNetCore.SignalR;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Soak;

/// <summary>
/// The last part: the gateway is killed again and again while events come, and its write-ahead log is damaged before it starts again. What a reader was
/// shown is there or is told to be lost, and its id is never another event's.
/// </summary>
internal sealed class SoakDamage(RealGateway gateway, IReadOnlyList<SoakFake> fakes, Random random, SoakReport report)
{
    private static readonly string[] Kinds = ["truncated", "overwritten", "lost", "empty", "flipped", "header", "nothing"];

    // How much of what is in the database itself is looked at.
    private const int Stored = 1000;

    private readonly Dictionary<long, Told> shown = [];
    private List<Told> kept = [];

    private string Log => Path.Combine(gateway.DataDirectory, "journal.db-wal");

    /// <summary>Damages it in some rounds, each in a way of its own.</summary>
    /// <param name="history">What is in the database itself by now.</param>
    /// <param name="rounds">How many.</param>
    public async Task RunAsync(IReadOnlyList<Told> history, int rounds)
    {
        report.Step("damage begins");
        // An end and a start: what came so far is in the database, and the log is a new one.
        await gateway.RestartAsync();
        var (begin, stored) = (history[^Stored], history.TakeLast(Stored - 1).ToList());
        kept = [.. stored];
        kept.ForEach(told => shown[told.Id] = told);
        for (var round = 0; round < rounds; round++)
        {
            await RoundAsync(begin.Id, Kinds[round % Kinds.Length]);
        }

        report.Hold(kept.Zip(stored).Count(static pair => Same(pair.First, pair.Second)) == stored.Count, static () => "what was in the database has changed");
    }

    private async Task RoundAsync(long begin, string how)
    {
        await ShowAsync();
        report.Hold(new FileInfo(Log).Length > 0, static () => "there is no log to damage");
        Damage(how);
        await gateway.RestartAsync();
        report.Count($"log damaged: {how}");
        var ready = await gateway.GetAsync("/health/ready");
        report.Hold(ready.Status == HttpStatusCode.OK, () => $"{how}: not ready: {ready.Text}");
        var now = await HistoryAsync(begin);
        foreach (var told in now)
        {
            report.Hold(Same(told, shown.GetValueOrDefault(told.Id, told)), () => $"{how}: {told} has the id of {shown[told.Id]}");
        }

        var left = now.FindIndex(told => told.Id > kept[^1].Id) is var end and >= 0 ? now[..end] : now;
        report.Hold(left.Zip(kept).All(static pair => Same(pair.First, pair.Second)), () => $"{how}: what stands before the loss has changed");
        var lost = kept[Math.Min(left.Count, kept.Count)..];
        report.Count("events lost by damage", lost.Count);
        report.Count("rounds with a loss", lost.Count > 0 ? 1 : 0);
        await ResumeAsync(how, lost, now);
        foreach (var fake in lost.Count > 0 ? fakes : [])
        {
            report.Hold(now.Skip(left.Count).Any(told => IsLoss(told) && told.Vm == fake.Id), () => $"{how}: {lost.Count} events are lost, and nothing tells {fake.Id}");
        }

        // Where something is damaged, what is lost may have been on its way to the reader.
        report.Hold(how != "nothing" || now.Count(IsLoss) == kept.Count(IsLoss), () => $"{how}: EVENTS_LOST, and nothing is lost");
        kept = now;
        now.ForEach(told => shown[told.Id] = told);
    }

    /// <summary>Kills the gateway while events come to a reader, whose events are all that must be kept.</summary>
    private async Task ShowAsync()
    {
        await using var reader = await SseReader.OpenAsync(gateway, "/events", $"{kept[^1].Id}");
        var least = random.Next(100, 1000);
        await Poll.UntilAsync(
            async () =>
            {
                await Task.WhenAll(fakes.Select(static fake => fake.EventsAsync(3)));
                return reader.Events.Count < least ? $"{reader.Events.Count} events" : "enough";
            },
            "enough");
        await gateway.KillAsync();
        await reader.Ended;
        foreach (var told in reader.Events.Where(static e => e.Id is not null && e.Data.Length > 0).Select(static e => Told.From(e.Envelope)))
        {
            shown[told.Id] = told;
            kept.Add(told);
        }
    }

    /// <summary>Whoever resumes within what is lost is told so, by each entry point; elsewhere what follows is what followed.</summary>
    private async Task ResumeAsync(string how, List<Told> lost, List<Told> now)
    {
        foreach (var told in lost.Count > 0 ? (Told[])[lost[0], lost[random.Next(lost.Count)], lost[^1]] : [])
        {
            var page = await gateway.GetAsync($"/events?after={told.Id}");
            report.Hold(page.Status == HttpStatusCode.Gone, () => $"{how}: after={told.Id}, which is lost: {(int)page.Status}");
            report.Hold(await EndsAsync(async () => await (await SseReader.OpenAsync(gateway, "/events", $"{told.Id}")).DisposeAsync()), () => $"{how}: the stream resumed after {told}, which is lost");
            report.Hold(await EndsAsync(async () => await (await HubReader.SubscribeAsync(gateway, messagePack: false, [], new { after = $"{told.Id}" })).DisposeAsync()), () => $"{how}: the hub resumed after {told}, which is lost");
        }

        for (var i = 0; i < 3; i++)
        {
            var at = random.Next(now.Count - 1);
            var page = (await gateway.GetAsync($"/events?after={now[at].Id}&limit=1")).Json().GetProperty("items").EnumerateArray().Select(Told.From).Single();
            report.Hold(Same(page, now[at + 1]), () => $"{how}: after {now[at]} came {page}, not {now[at + 1]}");
        }
    }

    private static async Task<bool> EndsAsync(Func<Task> resume)
    {
        try
        {
            await resume();
            return false;
        }
        catch (Exception told) when (told is HttpRequestException { StatusCode: HttpStatusCode.Gone } || (told is HubException && told.Message.Contains("cursor-expired", StringComparison.Ordinal)))
        {
            return true;
        }
    }

    private async Task<List<Told>> HistoryAsync(long begin)
    {
        var all = new List<Told>();
        for (var after = $"{begin}"; ;)
        {
            var page = (await gateway.GetAsync($"/events?limit=1000&after={after}")).Json();
            all.AddRange(page.GetProperty("items").EnumerateArray().Select(Told.From));
            if (page.GetProperty("items").GetArrayLength() == 0)
            {
                return all;
            }

            after = page.GetProperty("next").GetString()!;
        }
    }

    private void Damage(string how)
    {
        switch (how)
        {
            case "nothing":
                break;
            case "lost":
                File.Delete(Log);
                break;
            case "flipped":
                var content = File.ReadAllBytes(Log);
                content[random.Next(content.Length)] ^= 1;
                File.WriteAllBytes(Log, content);
                break;
            default:
                DamagedFiles.Damage(Log, how, random);
                break;
        }
    }

    private static bool IsLoss(Told told) => told is { Name: "EVENTS_LOST", Vm: not SoakHostile.Id };

    private static bool Same(Told one, Told other) => (one.Id, one.Vm, one.Name, one.Digest) == (other.Id, other.Vm, other.Name, other.Digest);
}
