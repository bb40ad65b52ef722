using System.Text.RegularExpressions;
using Gateway.Tests.OpenApi;
using Xunit;

namespace Gateway.Tests.Architecture;

/// <summary>The folders of <c>src/Gateway</c> are floors: each uses only what lies below it. CONTRIBUTING.md says what belongs on which.</summary>
public sealed partial class FloorsTests
{
    // From the bottom up. Folders in one line do not use each other either.
    private static readonly string[][] Floors =
    [
        ["Settings"],
        ["Json"],
        ["Data"],
        ["Metrics"],
        ["Limits"],
        ["Sockets"],
        ["Journal"],
        ["Vms"],
        ["Access"],
        ["Audit"],
        ["Commands"],
        ["Requests"],
        ["Dashboard", "Hubs", "NativeQmp", "Observability"],
        ["Api"],
        ["Security"],
        ["Configuration"],
        ["CommandLine"],
    ];

    private static readonly string Source = Repository.PathOf("src", "Gateway");

    public static TheoryData<string> Folders => [.. Directory.GetDirectories(Source).Where(static path => Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories).Any()).Select(static path => Path.GetFileName(path)!).Except(["bin", "obj"])];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_the_floors_below_it(string folder)
    {
        var floor = FloorOf(folder);
        Assert.True(floor >= 0, $"src/Gateway/{folder} is on no floor: add it to the list of this test and of CONTRIBUTING.md");
        string[] reserved = [.. Floors.Skip(floor).SelectMany(static folders => folders).Where(other => other != folder)];

        var faults = from file in Directory.GetFiles(Path.Combine(Source, folder), "*.cs", SearchOption.AllDirectories)
                     from other in UsedIn(File.ReadAllText(file)).Intersect(reserved)
                     select $"{Path.GetRelativePath(Source, file)} uses {other}, which is not below it";

        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("using Gateway.Api.OpenApi;", "Api")]
    [InlineData("using static Gateway.Vms.VmDefinition;", "Vms")]
    [InlineData("var path = Gateway.Hubs.EventsHub.Path;", "Hubs")]
    [InlineData("throw new Journal.CursorExpiredException();", "Journal")]
    [InlineData("// Journal.EventJournal is elsewhere", null)]
    [InlineData("var count = options.Journal.KeepEvents + Journal.Count;", null)]
    public void What_a_file_uses_is_seen(string text, string? floor) => Assert.Equal(floor is null ? [] : [floor], UsedIn(text));

    private static int FloorOf(string folder) => Array.FindIndex(Floors, floor => floor.Contains(folder));

    // A namespace is used by a directive, by its full name, or by its name within Gateway before one of its types.
    private static IEnumerable<string> UsedIn(string text)
    {
        var code = Comment().Replace(text, "");
        return Qualified().Matches(code).Select(static match => match.Groups[1].Value)
            .Concat(Relative().Matches(code).Where(static match => IsType(match.Groups[1].Value, match.Groups[2].Value)).Select(static match => match.Groups[1].Value))
            .Distinct();
    }

    private static bool IsType(string folder, string name) =>
        FloorOf(folder) >= 0 && typeof(Gateway.Journal.EventJournal).Assembly.GetTypes().Any(type => type.Name == name && type.Namespace?.StartsWith($"Gateway.{folder}", StringComparison.Ordinal) == true);

    [GeneratedRegex(@"\bGateway\.([A-Z]\w*)")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"(?<![\w.])([A-Z]\w*)\.([A-Z]\w*)")]
    private static partial Regex Relative();

    [GeneratedRegex("//.*|\"(?:[^\"\\\\\n]|\\\\.)*\"")]
    private static partial Regex Comment();
}
