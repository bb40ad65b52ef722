using System.Diagnostics;
using System.Text.RegularExpressions;
using Gateway.Tests.OpenApi;
using Xunit;

namespace Gateway.Tests.Observability;

/// <summary>The alert rules and the dashboard speak of metrics and labels that there are, and the rules fire when they should.</summary>
[Collection(nameof(MetricsTests))]
public sealed partial class AlertRuleTests
{
    /// <summary>What Prometheus adds, and what a histogram's buckets have.</summary>
    private static readonly string[] Given = ["instance", "job", "le"];

    private static string Directory => Path.Combine(Repository.Root, "deploy", "observability");

    [Theory]
    [InlineData("check", "prometheus-rules.yml")]
    [InlineData("test", "prometheus-rules.test.yml")]
    public async Task Promtool_takes_the_rules_and_they_fire_as_described(string verb, string file)
    {
        // Where tests/promtool.sh leaves it, unless it is installed.
        var own = Path.Combine(Repository.Root, "tests", "bin", "promtool");
        var info = new ProcessStartInfo(File.Exists(own) ? own : "promtool", [verb, "rules", file])
        {
            WorkingDirectory = Directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var promtool = Process.Start(info)!;
        var said = await Task.WhenAll(promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync()).WaitAsync(2 * TestSignal.Patience);
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0, string.Concat(said));
    }

    [Fact]
    public async Task Every_rule_has_a_test_and_uses_metrics_that_there_are()
    {
        var rules = await File.ReadAllTextAsync(Path.Combine(Directory, "prometheus-rules.yml"));
        var tests = await File.ReadAllTextAsync(Path.Combine(Directory, "prometheus-rules.test.yml"));
        var readme = await File.ReadAllTextAsync(Path.Combine(Directory, "README.md"));
        var scrape = await Scrape.OfEverythingAsync();
        var alerts = rules.Split("- alert: ")[1..];
        Assert.True(alerts.Length > 5);
        foreach (var alert in alerts)
        {
            var name = alert.Split('\n')[0].Trim();
            Assert.True(Regex.IsMatch(tests, $@"alertname: {name}\s+exp_alerts:\s+- exp_labels"), $"no test sees {name} fire");
            Assert.Contains($"| `{name}` |", readme);
            AssertKnown(scrape, name, alert, Template().Matches(alert).Select(static label => label.Groups[1].Value));
        }
    }

    [Fact]
    public async Task Every_panel_shows_metrics_that_there_are()
    {
        var dashboard = JsonFile(await File.ReadAllTextAsync(Path.Combine(Directory, "grafana-dashboard.json")));
        var scrape = await Scrape.OfEverythingAsync();
        var panels = dashboard.GetProperty("panels").EnumerateArray().ToArray();
        Assert.Equal(panels.Length, panels.Select(static panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        foreach (var panel in panels)
        {
            var title = panel.Text("title")!;
            Assert.NotEmpty(panel.Text("description")!);
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
            {
                AssertKnown(scrape, title, target.Text("expr")!, Legend().Matches(target.Text("legendFormat")!).Select(static label => label.Groups[1].Value));
            }
        }

        var shown = panels.SelectMany(static panel => panel.GetProperty("targets").EnumerateArray()).Select(static target => target.Text("expr")!);
        var unseen = scrape.Types.Keys.Where(static name => name.StartsWith("qmp_gateway_", StringComparison.Ordinal))
            .Where(name => !shown.Any(expression => expression.Contains(name, StringComparison.Ordinal)));
        Assert.Equal([], unseen);
    }

    [Theory]
    [InlineData("Status over time")]
    [InlineData("Connection over time")]
    public async Task A_timeline_has_one_coloured_row_a_VM_as_promtool_saw_it(string title)
    {
        var dashboard = JsonFile(await File.ReadAllTextAsync(Path.Combine(Directory, "grafana-dashboard.json")));
        var tests = await File.ReadAllTextAsync(Path.Combine(Directory, "prometheus-rules.test.yml"));
        var panel = dashboard.GetProperty("panels").EnumerateArray().Single(one => one.Text("title") == title);
        var target = Assert.Single(panel.GetProperty("targets").EnumerateArray());
        var expression = target.Text("expr")!;
        Assert.Equal("{{vm}}", target.Text("legendFormat"));
        Assert.Contains($"expr: '{expression.Replace("instance=~\"$instance\",vm=~\"$vm\"", "", StringComparison.Ordinal)}'", tests, StringComparison.Ordinal);

        var shown = panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("mappings")[0].GetProperty("options").EnumerateObject().ToArray();
        Assert.Equal(Enumerable.Range(0, shown.Length).Select(static value => $"{value}"), shown.Select(static value => value.Name));
        Assert.Equal(shown.Length, shown.Select(static value => value.Value.Text("color")).Distinct().Count());
        Assert.Contains($"* {shown.Length - 2} ", expression.Replace(")", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static System.Text.Json.JsonElement JsonFile(string text) => System.Text.Json.JsonElement.Parse(text);

    /// <summary>Holds all names in an expression, and those in what is said about its result, to be in a scrape.</summary>
    private static void AssertKnown(Scrape scrape, string where, string expression, IEnumerable<string> shown)
    {
        var metrics = Metric().Matches(expression);
        var there = new HashSet<string>(Given);
        foreach (Match metric in metrics)
        {
            var series = scrape.Named(metric.Groups[1].Value).ToArray();
            Assert.True(series.Length > 0, $"{where}: there is no {metric.Groups[1].Value}");
            there.UnionWith(series.SelectMany(static one => one.Labels.Keys));
            Assert.All(Matcher().Matches(metric.Groups[2].Value), label => Assert.True(
                Given.Contains(label.Groups[1].Value) || series.Any(one => one.Labels.ContainsKey(label.Groups[1].Value)), $"{where}: {metric.Value}"));
        }

        Assert.True(metrics.Count > 0 || expression.Contains("up{"), where);
        var grouped = Grouping().Matches(expression).SelectMany(static group => group.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        Assert.All(grouped.Concat(shown), label => Assert.True(there.Contains(label), $"{where}: there is no label {label}"));
    }

    [GeneratedRegex(@"(qmp_gateway_\w+)(\{[^}]*\})?")]
    private static partial Regex Metric();

    [GeneratedRegex("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(?:by|on|without|ignoring|group_left)\s*\(([\w\s,]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\$labels\.(\w+)")]
    private static partial Regex Template();

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}")]
    private static partial Regex Legend();
}
