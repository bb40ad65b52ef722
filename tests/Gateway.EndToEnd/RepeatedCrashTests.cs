using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>
/// The gateway is killed at random moments, its start included, again and again, while events flow. What a reader was shown stays true:
/// nothing of it is lost, nothing comes twice, and no id ever stands for something else.
/// </summary>
public sealed class RepeatedCrashTests
{
    private const int Rounds = 50;

    /// <summary>Set it to the seed of a run to have its moments again.</summary>
    private const string Seed = "CRASH_TEST_SEED";

    private static readonly string[] Fakes = ["fake-1", "fake-2", "fake-3"];

    [Fact]
    public async Task Whatever_was_shown_survives_50_kills_at_random_moments()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(Seed), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        var random = new Random(seed);
        var log = TestContext.Current.TestOutputHelper!;
        log.WriteLine($"{Seed}={seed}");
        await using var guest = await RealQemu.StartAsync(new() { Guest = Guests.KeepsResetting });
        await using var numbers = new NumberedQemus(Fakes);
        await using var gateway = await RealGateway.StartAsync(
            [RealGateway.Vm("guest", guest.Endpoint), .. numbers.Arguments, "--Gateway:Journal:KeepEventsPerVm=1000000", "--Gateway:Journal:KeepEvents=1000000"]);
        await using var stream = ResumingReader.OfStream(gateway.Address, "/events");
        await using var hub = ResumingReader.OfHub(gateway.Address, ["fake-*"]);
        await using var pages = ResumingReader.OfPages(gateway.Address, "vm=fake-2&vm=guest");
        ResumingReader[] readers = [stream, hub, pages];
        var begun = Stopwatch.GetTimestamp();
        var early = 0;
        for (var round = 0; round < Rounds; round++)
        {
            // Every fifth round does not wait until it serves: its start is cut short, or not, as it comes.
            if (round % 5 == 4)
            {
                early++;
                await gateway.RestartAndEndAsync(TimeSpan.FromMilliseconds(random.Next(50, 1000)), QemuSignal.Kill);
            }
            else
            {
                var before = readers[round % readers.Length].Openings;
                await gateway.RestartAsync();
                await readers[round % readers.Length].UntilOpenedAsync(before);
                await Task.Delay(random.Next(300), TestContext.Current.CancellationToken);
                await gateway.KillAsync();
            }
        }

        log.WriteLine($"{Rounds} kills, {early} of them during the start or soon after, in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s");
        await gateway.RestartAsync();
        await Task.WhenAll(Fakes.Append("guest").Select(vm => gateway.GetAsync($"/vms/{vm}/status?until=running")));
        await numbers.StopAsync();
        var history = await gateway.EventsAsync("vm=*");
        log.WriteLine($"{history.Count} events kept; shown: {stream.Shown.Count} on {stream.Openings} streams, {hub.Shown.Count} on {hub.Openings} of the hub, "
            + $"{pages.Shown.Count} on pages");
        var last = history.Last(static e => e.Vm() == "fake-2").Id();
        await Task.WhenAll(stream.UntilAsync(last), hub.UntilAsync(last), pages.UntilAsync(last));

        AssertAscending(history.Select(static e => long.Parse(e.Id(), CultureInfo.InvariantCulture)));
        Assert.All(Fakes, vm => AssertInOrder([.. history.Where(e => e.Vm() == vm && e.Name() == "NUMBERED").Select(Number)]));
        Assert.Contains(history, static e => e.Vm() == "guest" && e.Name() == "RESET");
        AssertShownIsKept(stream, history);
        AssertShownIsKept(hub, [.. history.Where(static e => e.Vm() != "guest")]);
        AssertShownIsKept(pages, [.. history.Where(static e => e.Vm() is "fake-2" or "guest")]);
    }

    /// <summary>In order over all, and without a gap but where the gateway was killed.</summary>
    private static void AssertInOrder(IEnumerable<long> numbers)
    {
        AssertAscending(numbers);
        var gaps = numbers.Zip(numbers.Skip(1)).Count(static pair => pair.First + 1 != pair.Second);
        Assert.InRange(gaps, 0, Rounds);
    }

    private static void AssertAscending(IEnumerable<long> numbers)
    {
        var last = long.MinValue;
        foreach (var number in numbers)
        {
            Assert.True(last < number, $"{last} before {number}");
            last = number;
        }
    }

    private static void AssertShownIsKept(ResumingReader reader, List<JsonElement> history)
    {
        Assert.True(reader.Openings > Rounds / 5, $"{reader.Openings} streams in {Rounds} rounds");
        var shown = reader.Shown.ToArray();
        foreach (var (kept, index) in history.Take(shown.Length).Select(static (e, i) => (e, i)))
        {
            Assert.True(Same.Text(kept) == Same.Text(shown[index]), $"number {index} was shown as\n{shown[index]}\nand is kept as\n{kept}");
        }

        // What came after the history was looked at is more of the real guest's.
        Assert.True(shown.Length <= history.Count || shown.Skip(history.Count).All(static e => e.Vm() == "guest"), "more was shown than is kept");
    }

    private static long Number(JsonElement envelope) => envelope.Data().GetProperty("n").GetInt64();
}
