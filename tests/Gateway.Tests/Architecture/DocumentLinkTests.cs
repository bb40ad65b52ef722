using Gateway.Tests.OpenApi;
using Xunit;

namespace Gateway.Tests.Architecture;

/// <summary>Links of Markdown files to files of the repository, and to headings in them, lead somewhere.</summary>
public sealed class DocumentLinkTests
{
    public static TheoryData<string> Files => [.. Markdown.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_link_leads_to_a_file_and_a_heading_that_exist(string file) => Assert.Empty(Markdown.Read(file).Links.Select(link => Fault(file, link)).OfType<string>());

    [Fact]
    public void The_documents_are_among_the_files() => Assert.Subset(Markdown.Files.ToHashSet(), new HashSet<string> { "README.md", "CONTRIBUTING.md", "docs/guide/README.md" });

    [Theory]
    [InlineData("guide/none.md")]
    [InlineData("glossary.md#no-such-heading")]
    [InlineData("#no-such-heading")]
    [InlineData("../../outside.md")]
    public void A_link_that_leads_nowhere_is_found(string link) => Assert.NotNull(Fault("docs/reliability.md", link));

    [Fact]
    public void Headings_have_the_anchors_that_GitHub_gives_them()
    {
        var page = Markdown.Of("page.md", "# A VM is `busy`\n\n```sh\n# no heading\n```\n\n## Tell \"off\", and [on](x.md)\n## The VM's name\n## The VM's name\n`[code](y.md)`");

        Assert.Equal(["a-vm-is-busy", "tell-off-and-on", "the-vms-name", "the-vms-name-1"], page.Anchors);
        Assert.Equal(["x.md"], page.Links);
    }

    private static string? Fault(string file, string link)
    {
        if (link.Contains(':', StringComparison.Ordinal))
        {
            return null;
        }

        var parts = link.Split('#', 2);
        var target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.PathOf(file))!, parts[0]));
        var path = parts[0].Length == 0 ? file : Path.GetRelativePath(Repository.Root, target);
        return path.StartsWith("..", StringComparison.Ordinal) ? $"{link} leads out of the repository"
            : !Path.Exists(Repository.PathOf(path)) ? $"{link}: {path} does not exist"
            : parts.Length == 2 && !(path.EndsWith(".md", StringComparison.Ordinal) && Markdown.Read(path).Anchors.Contains(parts[1])) ? $"{link}: {path} has no such heading"
            : null;
    }
}
