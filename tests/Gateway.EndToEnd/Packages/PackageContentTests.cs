using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Gateway.EndToEnd.Support;
using Xunit;

namespace Gateway.EndToEnd.Packages;

/// <summary>The packages have what NuGet's package validation asks for: metadata, documentation, and symbols that lead to the source.</summary>
public sealed class PackageContentTests(PackedLibraries packed) : IClassFixture<PackedLibraries>
{
    // The kinds of debug information that Roslyn writes: see PortablePdb-Metadata.md of the .NET runtime.
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
    private static readonly Guid CompilationOptions = new("B5FEEC05-8CD0-4A83-96DA-466284BB4BD8");

    public static TheoryData<string> Names => [.. PackedLibraries.All.Select(static package => package.Package)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_package_has_library_documentation_readme_icon_and_nothing_else(string package)
    {
        using var nupkg = packed.Open(package);
        var files = nupkg.Entries.Select(static entry => entry.FullName).Where(static name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal));
        Assert.Equal(
            ((string[])[$"{package}.nuspec", "README.md", "[Content_Types].xml", "icon.png", $"lib/net10.0/{package}.dll", $"lib/net10.0/{package}.xml"]).Order(StringComparer.Ordinal),
            files.Order(StringComparer.Ordinal));
        using var symbols = packed.Open(package, "snupkg");
        Assert.Contains($"lib/net10.0/{package}.pdb", symbols.Entries.Select(static entry => entry.FullName));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_metadata_is_complete(string package)
    {
        using var nupkg = packed.Open(package);
        var metadata = XDocument.Load(nupkg.GetEntry($"{package}.nuspec")!.Open()).Root!.Elements().Single(static element => element.Name.LocalName == "metadata");
        var values = metadata.Elements().ToDictionary(static element => element.Name.LocalName);

        Assert.Equal(package, values["id"].Value);
        Assert.Equal(Version, values["version"].Value);
        Assert.Equal(("expression", "MIT"), (values["license"].Attribute("type")!.Value, values["license"].Value));
        Assert.Equal(("icon.png", "README.md"), (values["icon"].Value, values["readme"].Value));
        Assert.Equal("git", values["repository"].Attribute("type")!.Value);
        Assert.Matches("^[0-9a-f]{40}$", values["repository"].Attribute("commit")!.Value);
        Assert.All((string[])["authors", "copyright", "description", "tags"], name => Assert.NotEqual("", values[name].Value));
        Assert.DoesNotContain(metadata.Descendants(), static element => element.Name.LocalName == "dependency" && element.Attribute("id")!.Value.Contains("Analyzers", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_build_is_deterministic_and_the_symbols_carry_the_source(string package)
    {
        using var nupkg = packed.Open(package);
        using var library = new PEReader(Read(nupkg, $"lib/net10.0/{package}.dll"));
        var entries = library.ReadDebugDirectory();
        Assert.Contains(entries, static entry => entry.Type == DebugDirectoryEntryType.Reproducible);

        using var snupkg = packed.Open(package, "snupkg");
        using var provider = MetadataReaderProvider.FromPortablePdbStream(Read(snupkg, $"lib/net10.0/{package}.pdb"));
        var symbols = provider.GetMetadataReader();
        var codeView = library.ReadCodeViewDebugDirectoryData(entries.Single(static entry => entry.Type == DebugDirectoryEntryType.CodeView));
        Assert.Equal(codeView.Guid, new BlobContentId(symbols.DebugMetadataHeader!.Id).Guid);
        Assert.Contains(symbols.CustomDebugInformation.Select(symbols.GetCustomDebugInformation), information => symbols.GetGuid(information.Kind) == CompilationOptions);

        Assert.All(symbols.Documents, document =>
        {
            var name = symbols.GetString(symbols.GetDocument(document).Name);
            Assert.StartsWith("/_", name, StringComparison.Ordinal);
            Assert.Contains(symbols.GetCustomDebugInformation(document).Select(symbols.GetCustomDebugInformation), information => symbols.GetGuid(information.Kind) == EmbeddedSource);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_public_type_is_documented(string package)
    {
        using var nupkg = packed.Open(package);
        var documented = XDocument.Load(nupkg.GetEntry($"lib/net10.0/{package}.xml")!.Open()).Descendants("member").Select(static member => member.Attribute("name")!.Value).ToHashSet();
        using var library = new PEReader(Read(nupkg, $"lib/net10.0/{package}.dll"));
        var metadata = library.GetMetadataReader();

        var types = metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
            .Where(static type => (type.Attributes & System.Reflection.TypeAttributes.VisibilityMask) == System.Reflection.TypeAttributes.Public)
            .Select(type => (Namespace: metadata.GetString(type.Namespace), Name: metadata.GetString(type.Name))).ToArray();

        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.Contains($"T:{type.Namespace}.{type.Name}", documented));
        Assert.All(types, type => Assert.True(
            type.Namespace == package || type.Namespace == "QmpGateway.Qmp.Schema" || type.Namespace == "Microsoft.Extensions.DependencyInjection", $"{type} is outside of the package's namespace"));
    }

    /// <summary>The version that Directory.Build.props says, the only place that does.</summary>
    private static string Version => XDocument.Load(Path.Combine(Programs.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    private static MemoryStream Read(ZipArchive archive, string name)
    {
        using var entry = archive.GetEntry(name)!.Open();
        var copy = new MemoryStream();
        entry.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
}
