using System.Diagnostics;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Support;

/// <summary>Runs programs to their end.</summary>
internal static class Programs
{
    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    /// <summary>Runs a program and returns its exit code and all that it wrote.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = await ChildProcess.StartAsync(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(4 * RealQemu.Patience);
        return (process.ExitCode, await output + await errors);
    }
}
