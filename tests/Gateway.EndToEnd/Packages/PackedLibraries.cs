using System.IO.Compression;
using Gateway.EndToEnd.Support;
using Xunit;

namespace Gateway.EndToEnd.Packages;

/// <summary>The packages as <c>dotnet pack</c> makes them, in a temporary directory.</summary>
public sealed class PackedLibraries : IAsyncLifetime
{
    /// <summary>The packages and the projects that make them.</summary>
    public static readonly (string Package, string Project)[] All =
        [("QmpGateway.Qmp", "Qmp"), ("QmpGateway.Contracts", "Gateway.Contracts"), ("QmpGateway.Client", "Gateway.Client")];

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("packages-");

    /// <summary>The assemblies of the packages, side by side.</summary>
    public string Libraries => Path.Combine(directory.FullName, "lib");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Libraries);
        foreach (var (package, project) in All)
        {
            var (exitCode, output) = await Programs.RunAsync("dotnet", "pack", Path.Combine(Programs.Root, "src", project), "-c", "Release", "--no-build", "-o", directory.FullName);
            Assert.True(exitCode == 0, output);
            using var nupkg = Open(package);
            foreach (var library in nupkg.Entries.Where(static entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)))
            {
                await library.ExtractToFileAsync(Path.Combine(Libraries, library.Name), overwrite: true);
            }
        }
    }

    public ZipArchive Open(string package, string extension = "nupkg") => ZipFile.OpenRead(directory.GetFiles($"{package}.*.{extension}").Single().FullName);

    public ValueTask DisposeAsync()
    {
        directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
