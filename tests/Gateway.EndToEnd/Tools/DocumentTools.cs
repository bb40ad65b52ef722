using System.Diagnostics;
using Xunit;

namespace Gateway.EndToEnd.Tools;

/// <summary>The tools of <c>tests/DocumentTools</c>, which read the documents in <c>openapi</c>.</summary>
internal static class DocumentTools
{
    // The sources stand above the build output: tests/THIS/bin/CONFIGURATION/FRAMEWORK.
    private static readonly string Tests = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    /// <summary>Where the tools, their settings and the clients' sources are.</summary>
    public static string Directory { get; } = Path.Combine(Tests, "DocumentTools");

    /// <summary>The description of the REST API.</summary>
    public static string Document { get; } = Path.Combine(Tests, "..", "openapi", "gateway.v1.json");

    /// <summary>The description of the hub and the streams.</summary>
    public static string Events { get; } = Path.Combine(Tests, "..", "openapi", "events.v1.json");

    /// <summary>A program that <c>npm ci</c> brought.</summary>
    public static string Npm(string program) => Path.Combine(Directory, "node_modules", ".bin", program);

    /// <summary>How a tool is started: no telemetry, and no question to the network whether there is a newer one.</summary>
    public static ProcessStartInfo StartInfo(string program, params string[] arguments) => new(program, arguments)
    {
        WorkingDirectory = Directory,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment =
        {
            ["REDOCLY_TELEMETRY"] = "off",
            ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true",
            ["KIOTA_CLI_TELEMETRY_OPTOUT"] = "true",
            ["KIOTA_OFFLINE_ENABLED"] = "true",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "true",
            ["MSBUILDDISABLENODEREUSE"] = "1",
        },
    };

    /// <summary>Runs a tool to its end; fails the test if the tool fails, and returns its standard output.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(StartInfo(program, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await errors}");
        return await output;
    }
}
