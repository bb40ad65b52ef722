using System.Text.RegularExpressions;
using Gateway.EndToEnd.Support;
using Xunit;

namespace Gateway.EndToEnd.Packages;

/// <summary>The C# of a package's README, compiled as a console program against the packed libraries and nothing else of the repository.</summary>
internal static partial class ReadmeCode
{
    // What a new console project has without a word (ImplicitUsings).
    private const string ImplicitUsings = """
        global using global::System;
        global using global::System.Collections.Generic;
        global using global::System.IO;
        global using global::System.Linq;
        global using global::System.Net.Http;
        global using global::System.Threading;
        global using global::System.Threading.Tasks;
        """;

    private static readonly DirectoryInfo Runtime = Directory.GetParent(typeof(object).Assembly.Location)!;

    private static string Frameworks => Runtime.Parent!.Parent!.FullName;

    /// <summary>The programs of a README, in its order.</summary>
    public static IReadOnlyList<string> Of(string package)
    {
        var project = PackedLibraries.All.Single(one => one.Package == package).Project;
        var text = File.ReadAllText(Path.Combine(Programs.Root, "src", project, "README.md"));
        return [.. Block().Matches(text).Select(static block => block.Groups[1].Value)];
    }

    /// <summary>Compiles a program into a directory; the result is the file for <c>dotnet</c>.</summary>
    public static async Task<string> CompileAsync(string code, PackedLibraries packed, DirectoryInfo directory)
    {
        var source = Path.Combine(directory.FullName, "Program.cs");
        var usings = Path.Combine(directory.FullName, "Usings.cs");
        var program = Path.Combine(directory.FullName, "Program.dll");
        await File.WriteAllTextAsync(source, code);
        await File.WriteAllTextAsync(usings, ImplicitUsings);
        await File.WriteAllTextAsync(
            Path.Combine(directory.FullName, "Program.runtimeconfig.json"),
            $$"""{"runtimeOptions":{"framework":{"name":"Microsoft.AspNetCore.App","version":"{{Runtime.Name}}"} } }""");
        foreach (var library in Directory.GetFiles(packed.Libraries))
        {
            File.Copy(library, Path.Combine(directory.FullName, Path.GetFileName(library)), overwrite: true);
        }

        string[] references =
        [
            .. Directory.GetFiles(Runtime.FullName, "System*.dll"), Path.Combine(Runtime.FullName, "netstandard.dll"),
            .. Directory.GetFiles(Path.Combine(Frameworks, "Microsoft.AspNetCore.App", Runtime.Name), "Microsoft.Extensions*.dll"),
            .. Directory.GetFiles(packed.Libraries),
        ];
        var arguments = Path.Combine(directory.FullName, "Program.rsp");
        await File.WriteAllLinesAsync(arguments, [.. references.Where(static file => !file.EndsWith(".Native.dll", StringComparison.Ordinal)).Select(static file => $"-r:\"{file}\""), $"\"{source}\"", $"\"{usings}\""]);
        var (exitCode, output) = await Programs.RunAsync(
            "dotnet", "exec", Compiler(), "-noconfig", "-nologo", "-nullable:enable", "-warnaserror+", "-target:exe", $"-out:{program}", $"@{arguments}");
        Assert.True(exitCode == 0, $"{output}\n{code}");
        return program;
    }

    private static string Compiler() => Directory.GetDirectories(Path.Combine(Frameworks, "..", "sdk"))
        .Select(static sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll")).Where(File.Exists).Order(StringComparer.Ordinal).Last();

    [GeneratedRegex("^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
