using System.Text.RegularExpressions;
using Gateway.Tests.OpenApi;
using Xunit;

namespace Gateway.Tests.Architecture;

/// <summary>The middleware is one list of one file, and the program a table of contents.</summary>
public sealed partial class PipelineTests
{
    private static readonly string Source = Repository.PathOf("src", "Gateway");

    [Fact]
    public void Middleware_is_added_by_the_pipeline_alone()
    {
        var others = from file in Directory.GetFiles(Source, "*.cs", SearchOption.AllDirectories)
                     let path = Path.GetRelativePath(Source, file)
                     where path != "Pipeline.cs" && !path.StartsWith("obj", StringComparison.Ordinal) && !path.StartsWith("bin", StringComparison.Ordinal)
                     where Added().IsMatch(File.ReadAllText(file))
                     select path;

        Assert.Empty(others);
    }

    [Fact]
    public void Each_line_of_the_pipeline_has_its_reason()
    {
        var lines = File.ReadAllLines(Path.Combine(Source, "Pipeline.cs")).Select(static line => line.Trim()).ToArray();
        var added = lines.Index().Where(static line => line.Item.StartsWith("app.Use", StringComparison.Ordinal)).ToArray();

        Assert.True(added.Length > 15);
        Assert.All(added, line => Assert.True(
            lines[line.Index - 1].StartsWith("//", StringComparison.Ordinal) || lines[line.Index - 1].StartsWith("app.UseExceptionHandler", StringComparison.Ordinal), line.Item));
    }

    [Fact]
    public void The_program_is_a_table_of_contents() => Assert.InRange(File.ReadAllLines(Path.Combine(Source, "Program.cs")).Length, 1, 59);

    // What a file adds beside its own single middleware: a middleware's type, or the framework's that only make sense in their order.
    [GeneratedRegex(@"\.Use(Middleware<|ExceptionHandler\(|StatusCodePages\(|Cors\(|Authentication\(|Authorization\(|WebSockets\(|Routing\(|Endpoints\()")]
    private static partial Regex Added();
}
