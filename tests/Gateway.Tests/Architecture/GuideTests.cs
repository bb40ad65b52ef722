using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Configuration;
using Gateway.Journal;
using Gateway.Requests.Problems;
using Gateway.Tests.OpenApi;
using Gateway.Vms;
using Xunit;

namespace Gateway.Tests.Architecture;

/// <summary>The guide names every setting, problem, event and connection state, and quotes problems as the gateway writes them.</summary>
public sealed partial class GuideTests
{
    public static TheoryData<string> Settings => [.. SettingsOf(typeof(GatewayOptions)).Distinct()];

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Repository.PathOf("docs", "guide"), "*.md").Select(static file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_setting_is_in_the_table(string setting) => Assert.Matches($":{setting}\\b", Page("settings.md"));

    [Fact]
    public void Every_problem_is_in_the_table() => Assert.All(ProblemKind.All, static kind => Assert.Contains($"`{kind.Slug}`", Page("commands.md"), StringComparison.Ordinal));

    [Fact]
    public void Every_event_of_the_gateway_is_in_the_table() => Assert.All(GatewayEvents.Names, static name => Assert.Contains($"`{name}`", Page("events.md"), StringComparison.Ordinal));

    [Fact]
    public void Every_connection_state_is_explained() => Assert.All(ConnectionStates.Known, static state => Assert.Contains($"| `{state}` |", Page("vms.md"), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_quoted_problem_has_the_title_and_the_status_of_its_kind(string page)
    {
        foreach (Match quoted in QuotedProblem().Matches(Page(page)))
        {
            var kind = ProblemKind.All.Single(kind => kind.Slug == quoted.Groups[1].Value);
            Assert.Contains(quoted.Groups[2].Value, (string[])["", kind.Title]);
            Assert.Equal(kind.Status.ToString(CultureInfo.InvariantCulture), quoted.Groups[3].Value);
        }
    }

    private static string Page(string name) => File.ReadAllText(Repository.PathOf("docs", "guide", name));

    private static IEnumerable<string> SettingsOf(Type options) => options.GetProperties().SelectMany(static setting =>
    {
        var type = setting.PropertyType;
        var element = typeof(IEnumerable).IsAssignableFrom(type) && type.IsGenericType ? type.GetGenericArguments()[^1] : type;
        return element.Namespace?.StartsWith("Gateway", StringComparison.Ordinal) == true && !element.IsEnum ? SettingsOf(element) : [setting.Name];
    });

    [GeneratedRegex("""
        "type": ?"urn:qmp-gateway:([a-z-]+)",\s*(?:"title": ?"([^"]*)",\s*)?"status": ?(\d+)
        """)]
    private static partial Regex QuotedProblem();
}
