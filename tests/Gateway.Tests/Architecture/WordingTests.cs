using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Gateway.Requests.Problems;
using Gateway.Tests.OpenApi;
using QmpGateway.Client;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Architecture;

/// <summary>The texts that people read avoid the worst of the old wording. CONTRIBUTING.md asks for plain English.</summary>
public sealed partial class WordingTests
{
    [Theory]
    [InlineData(typeof(ProblemKind))]
    [InlineData(typeof(QmpClient))]
    [InlineData(typeof(GatewayClient))]
    public void The_strings_of_a_program_are_plain_English(Type type) => Assert.DoesNotContain(Strings(type.Assembly), static text => OddWords().IsMatch(text));

    [Theory]
    [InlineData("openapi", "gateway.v1.json")]
    [InlineData("openapi", "events.v1.json")]
    public void The_lines_of_a_document_are_plain_English(params string[] path) =>
        Assert.DoesNotContain(File.ReadLines(Repository.PathOf(path)), static line => OddWords().IsMatch(line));

    [Fact]
    public void Every_problem_is_described_in_plain_English() => Assert.All(ProblemKind.All, static kind =>
    {
        Assert.Matches("^[A-Z].*[a-zA-Z]$", kind.Title);
        Assert.DoesNotMatch("^There is|^It is|^What |^Who |^Which |^Whether ", kind.Title);
    });

    [Fact]
    public void Odd_words_are_found_in_a_program() => Assert.Contains("'x' is none of a, b", Strings(typeof(WordingTests).Assembly).Where(static text => OddWords().IsMatch(text)));

    /// <summary>The string literals of an assembly that have several words. The fixed parts of interpolated strings and of log messages are among them.</summary>
    private static List<string> Strings(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var reader = file.GetMetadataReader();
        var strings = new List<string>();
        for (var next = MetadataTokens.UserStringHandle(1); !next.IsNil; next = reader.GetNextHandle(next))
        {
            strings.Add(reader.GetUserString(next));
        }

        return strings.FindAll(static text => text.Contains(' '));
    }

    [GeneratedRegex(
        @"\b(is|are) none of\b|(?<!there )\bis no\b|\banew\b|\bmeanwhile\b|\bknown no more\b|\bno member here\b|\bmust be a text\b|\bhalf a surrogate\b|(?-i:\btold\b)|\bon their way\b|\bof its own\b|\bof one's own\b|\bwhere (there|it) is none\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex OddWords();
}
