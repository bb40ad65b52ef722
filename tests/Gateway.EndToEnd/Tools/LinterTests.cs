using System.Text.Json;
using Xunit;

namespace Gateway.EndToEnd.Tools;

/// <summary>The linters that people run over a document find nothing, but for what their settings switch off with a reason.</summary>
public sealed class LinterTests
{
    public static TheoryData<string, string> Spectral => new() { { "spectral.yaml", DocumentTools.Document }, { "spectral-events.yaml", DocumentTools.Events } };

    [Theory]
    [MemberData(nameof(Spectral))]
    public async Task Spectral_finds_nothing(string rules, string document)
    {
        var found = await DocumentTools.RunAsync(
            DocumentTools.Npm("spectral"), "lint", document, "--ruleset", rules, "--format", "json", "--fail-severity", "hint", "--quiet");

        Assert.Equal("[]", found.Trim());
    }

    [Fact]
    public async Task Redocly_finds_nothing()
    {
        var found = await DocumentTools.RunAsync(
            DocumentTools.Npm("redocly"), "lint", DocumentTools.Document, "--config", "redocly-lint.yaml", "--format", "json");

        Assert.True(JsonElement.Parse(found).GetProperty("problems").GetArrayLength() == 0, found);
    }

    [Fact]
    public async Task The_parser_of_AsyncAPI_takes_the_description_of_events()
    {
        var parsed = JsonElement.Parse(await DocumentTools.RunAsync("node", "asyncapi.mjs", DocumentTools.Events));

        Assert.Equal(7, parsed.GetProperty("operations").GetInt32());
        Assert.True(parsed.GetProperty("diagnostics").GetArrayLength() == 0, parsed.GetRawText());
    }
}
