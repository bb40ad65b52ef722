using System.Text.Json;
using Xunit;

namespace Gateway.Tests.Fuzzing;

/// <summary>What holds for every answer.</summary>
internal static class Fuzzed
{
    private static readonly string[] Insides = ["   at ", ".cs:line", "/src/", "Exception", "System.", "Microsoft.", "Gateway.Api", "Sqlite"];

    /// <summary>Holds an answer to be no fault of the gateway's, each failure to be a problem of the contract, and neither to tell of the inside.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="contentType">The body's type.</param>
    /// <param name="text">The body; null where there is none to look at.</param>
    public static void Hold(int status, string? contentType, string? text)
    {
        Assert.True(status is >= 101 and < 600 and not 500, $"{status} {text}");
        AssertTellsNothing(text ?? "");
        if (status < 400 || text is null)
        {
            return;
        }

        Assert.True(contentType == "application/problem+json", $"{status} {contentType} {text}");
        var problem = JsonElement.Parse(text);
        Assert.True(Answer.Statuses.TryGetValue(problem.GetProperty("type").GetString()!["urn:qmp-gateway:".Length..], out var known), text);
        Assert.Equal(status, known);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
    }

    public static void AssertTellsNothing(string text) => Assert.All(Insides, inside => Assert.DoesNotContain(inside, text, StringComparison.Ordinal));
}
