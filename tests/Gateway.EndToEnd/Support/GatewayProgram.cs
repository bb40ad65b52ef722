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
    public static async Task<(int ExitCode, string Output)> RunAsync(string directory, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path, .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(RealQemu.Patience);
        return (process.ExitCode, await output + await errors);
    }
}
