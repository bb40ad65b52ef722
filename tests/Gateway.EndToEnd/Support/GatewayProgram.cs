using System.Diagnostics;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Support;

/// <summary>The program that the build left.</summary>
internal static class GatewayProgram
{
    // Its build output stands beside this one's: tests/THIS/bin/CONFIGURATION/FRAMEWORK and src/Gateway/bin/CONFIGURATION/FRAMEWORK.
    public static string Path
    {
        get
        {
            var framework = new DirectoryInfo(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            var root = framework.Parent!.Parent!.Parent!.Parent!.Parent!;
            return System.IO.Path.Combine(root.FullName, "src", "Gateway", "bin", framework.Parent.Name, framework.Name, "Gateway.dll");
        }
    }

    /// <summary>Runs it to its end; answers the exit code and all that it wrote.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(string directory, params string[] arguments) => RunAsync(directory, [], arguments);

    /// <inheritdoc cref="RunAsync(string, string[])"/>
    /// <param name="directory">Where it runs.</param>
    /// <param name="variables">More of its environment.</param>
    /// <param name="arguments">Its command line.</param>
    public static Task<(int ExitCode, string Output)> RunAsync(string directory, Dictionary<string, string> variables, params string[] arguments) =>
        RunAsync(directory, variables, before: [], arguments);

    /// <inheritdoc cref="RunAsync(string, Dictionary{string, string}, string[])"/>
    /// <param name="directory">Where it runs.</param>
    /// <param name="variables">More of its environment.</param>
    /// <param name="before">What stands before its command line: a program that starts it somewhere else, or as somebody else.</param>
    /// <param name="arguments">Its command line.</param>
    public static async Task<(int ExitCode, string Output)> RunAsync(string directory, Dictionary<string, string> variables, IReadOnlyList<string> before, string[] arguments)
    {
        string[] line = [.. before, "dotnet", Path, .. arguments];
        var info = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            info.Environment[name] = value;
        }

        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(RealQemu.Patience);
        return (process.ExitCode, await output + await errors);
    }
}
