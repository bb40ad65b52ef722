using System.Diagnostics;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>What a build and a publish make of the script that builds the dashboard. The real one has tests of its own.</summary>
public sealed class BuildTests : IDisposable
{
    private const string NoNode = "#!/bin/sh\nexit 3\n";

    private static readonly string Project = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "src", "Gateway", "Gateway.csproj"));

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("dashboard-build-");

    private string Output => Path.Combine(directory.FullName, "out");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Without_Node_js_a_build_says_so_in_one_line_and_goes_on()
    {
        var (exitCode, output) = await RunAsync(NoNode, "CopyDashboard");
        Assert.Equal(0, exitCode);
        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Trim();
        Assert.Equal("The dashboard is left out, because there is no Node.js. To include it, install Node.js 20.19 or 22.12, or later, with npm.", line);
        Assert.False(Directory.Exists(Path.Combine(Output, "dashboard")));
    }

    [Fact]
    public async Task Without_Node_js_a_publish_fails_and_says_what_to_install()
    {
        var (exitCode, output) = await RunAsync(NoNode, "BuildDashboard", "-p:_IsPublishing=true");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("error : The dashboard cannot be built, because there is no Node.js. Install Node.js 20.19", output, StringComparison.Ordinal);
        Assert.Contains("-p:Dashboard=false", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_fails_the_build_with_its_output()
    {
        var (exitCode, output) = await RunAsync("#!/bin/sh\necho 'this is wrong' >&2\nexit 1\n", "BuildDashboard");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("this is wrong", output, StringComparison.Ordinal);
        Assert.Contains("error : The dashboard cannot be built: see above.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_output_has_the_files_of_this_build_and_no_older_ones()
    {
        const string Built = "#!/bin/sh\ncd \"$(dirname \"$0\")\"\nrm -rf dist\nmkdir -p dist/assets\necho page >dist/index.html\necho script >dist/assets/index-New.js\necho hash >dist/.sources\n";
        Directory.CreateDirectory(Path.Combine(Output, "dashboard", "assets"));
        await File.WriteAllTextAsync(Path.Combine(Output, "dashboard", "assets", "index-Old.js"), "old", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await RunAsync(Built, "CopyDashboard")).ExitCode);
        Assert.Equal(["assets/index-New.js", "index.html"], Files());
        Assert.Equal(0, (await RunAsync(Built, "CopyDashboard", "-p:Dashboard=false")).ExitCode);
        Assert.Empty(Files());
    }

    private string[] Files()
    {
        var dashboard = Path.Combine(Output, "dashboard");
        return [.. Directory.GetFiles(dashboard, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(dashboard, file)).Order(StringComparer.Ordinal)];
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string script, string target, params string[] properties)
    {
        var path = Path.Combine(directory.FullName, "build.sh");
        await File.WriteAllTextAsync(path, script, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var process = await ChildProcess.StartAsync(new ProcessStartInfo("dotnet", ["msbuild", Project, $"-t:{target}", "-nologo", "-v:minimal", $"-p:DashboardSource={directory.FullName}/", $"-p:OutDir={Output}/", .. properties])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(RealQemu.Patience);
        File.Delete(path);
        return (process.ExitCode, await output + await errors);
    }
}
