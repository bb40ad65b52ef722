using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Journal;
using Xunit;

namespace Gateway.Tests.Observability;

/// <summary>One answer of <c>/metrics</c>, read by nothing but the text format's rules.</summary>
public sealed partial class Scrape
{
    private Scrape(string text)
    {
        Text = text;
        Types = TypeLine().Matches(text).ToDictionary(static line => line.Groups[1].Value, static line => line.Groups[2].Value);
        Helps = HelpLine().Matches(text).ToDictionary(static line => line.Groups[1].Value, static line => line.Groups[2].Value);
        Series = [.. SeriesLine().Matches(text).Select(static line => new Series(
            line.Groups[1].Value,
            Label().Matches(line.Groups[2].Value).Where(static label => label.Groups[1].Value != "otel_scope_name")
                .ToDictionary(static label => label.Groups[1].Value, static label => label.Groups[2].Value),
            double.Parse(line.Groups[3].Value, CultureInfo.InvariantCulture)))];
    }

    public string Text { get; }

    public IReadOnlyDictionary<string, string> Types { get; }

    public IReadOnlyDictionary<string, string> Helps { get; }

    public IReadOnlyList<Series> Series { get; }

    public static async Task<Scrape> OfAsync(GatewayHost host)
    {
        var answer = await host.GetAsync("/metrics");
        Assert.Equal((200, "text/plain"), (answer.Status, answer.ContentType!.Split(';')[0]));
        return new Scrape(answer.Text);
    }

    /// <summary>A scrape of a gateway on which everything has happened that is counted.</summary>
    public static async Task<Scrape> OfEverythingAsync()
    {
        using var directory = new TempDirectory();
        var certificate = directory.File("certificate.pem");
        TestCertificate.Write(certificate, DateTimeOffset.UtcNow.AddDays(90));
        await using var host = new GatewayHost("a", "ended").Set("Kestrel:Certificates:Default:Path", certificate).Set("Kestrel:Certificates:Default:KeyPath", directory.File("certificate.key"));
        await host.StartAsync();
        await host.ConnectedAsync("a");
        await host.ConnectedAsync("ended");
        host.Fake("ended").IsListening = false;
        host.Fake("ended").HangUp();
        await host.EventAsync("ended", "VM_ENDED");
        await host.Fake("a").EventAsync("GUEST_PANICKED", """{"action":"pause"}""");
        await host.Fake("a").SendAsync("""{"return": {}, "id": "of-another-time"}""");
        (await host.PostAsync("/vms/a/stop")).NoContent();
        host.Journal.AppendOwn("a", GatewayEvents.EventsLost, DateTimeOffset.UnixEpoch, static json => json.WriteNumber("count", 3));
        var scrape = await SeesAsync(host, "qmp_gateway_events_lost_total", 3, ("vm", "a"));
        host.ForgetFaults();
        return scrape;
    }

    /// <summary>Scrapes until something holds: the journal is counted by a reader, which is a moment behind.</summary>
    public static async Task<Scrape> UntilAsync(GatewayHost host, Func<Scrape, bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        while (true)
        {
            var scrape = await OfAsync(host);
            if (condition(scrape))
            {
                return scrape;
            }

            Assert.False(limit.IsCancellationRequested, $"{what} is not so in\n{scrape.Text}");
            await Task.Delay(5, CancellationToken.None);
        }
    }

    /// <summary>Scrapes until the one series with just these labels has a value.</summary>
    public static Task<Scrape> SeesAsync(GatewayHost host, string name, double value, params (string Name, string Value)[] labels) =>
        UntilAsync(host, scrape => scrape.Value(name, labels) == value, $"{name}{{{string.Join(',', labels)}}} {value}");

    /// <summary>The value of the series with just these labels; null where there is none.</summary>
    public double? Value(string name, params (string Name, string Value)[] labels) => Named(name)
        .Where(series => series.Labels.Count == labels.Length && labels.All(label => series.Labels.GetValueOrDefault(label.Name) == label.Value))
        .Select(static series => (double?)series.Value)
        .SingleOrDefault();

    public IEnumerable<Series> Named(string name) => Series.Where(series => series.Name == name);

    /// <summary>All series of a VM.</summary>
    public IEnumerable<Series> Of(string vm) => Series.Where(series => series.Labels.GetValueOrDefault("vm") == vm);

    [GeneratedRegex(@"^# TYPE (\w+) (\w+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^# HELP (\w+) (.+)$", RegexOptions.Multiline)]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"^(\w+)(?:\{(.*)\})? (\S+)$", RegexOptions.Multiline)]
    private static partial Regex SeriesLine();

    [GeneratedRegex("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();
}

/// <summary>A series and its value.</summary>
public sealed record Series(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
