using System.Diagnostics;
using System.IO.Compression;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The packages hold what their users need, and the samples made with the libraries run.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("packages-");

    public void Dispose() => directory.Delete(recursive: true);

    [Theory]
    [InlineData("Qmp", "QmpGateway.Qmp")]
    [InlineData("Gateway.Contracts", "QmpGateway.Contracts")]
    [InlineData("Gateway.Client", "QmpGateway.Client")]
    public async Task A_package_has_library_documentation_readme_and_symbols(string project, string package)
    {
        var (exitCode, output) = await RunAsync("dotnet", "pack", Path.Combine(Root, "src", project), "-c", "Release", "--no-build", "-o", directory.FullName);
        Assert.True(exitCode == 0, output);
        using var nupkg = ZipFile.OpenRead(directory.GetFiles($"{package}.*.nupkg").Single().FullName);
        var files = nupkg.Entries.Select(static entry => entry.FullName).Where(static name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal));
        Assert.Equal([$"{package}.nuspec", "README.md", "[Content_Types].xml", $"lib/net10.0/{package}.dll", $"lib/net10.0/{package}.xml"], files.Order(StringComparer.Ordinal).OrderBy(static name => name.Contains('/') ? 1 : 0).ThenBy(static name => name, StringComparer.Ordinal));
        using var symbols = ZipFile.OpenRead(directory.GetFiles($"{package}.*.snupkg").Single().FullName);
        Assert.Contains($"lib/net10.0/{package}.pdb", symbols.Entries.Select(static entry => entry.FullName));
    }

    [Fact]
    public async Task The_sample_of_QMP_shows_the_status_and_events_until_QEMU_ends()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        var (exitCode, output) = await RunAsync("dotnet", Sample("QmpConsole"), qemu.Endpoint, "quit");
        Assert.True(exitCode == 0 && output.Contains("QEMU 7.", StringComparison.Ordinal) | output.Contains("QEMU 1", StringComparison.Ordinal), output);
        Assert.Contains(" SHUTDOWN {", output);
        Assert.EndsWith("QEMU closed the connection", output.TrimEnd());
    }

    [Fact]
    public async Task The_sample_of_the_client_tells_what_is_and_what_changes()
    {
        await using var gateway = await RealGateway.StartAsync();
        await using var vm = await WatchedVm.StartAsync(gateway, new() { Guest = Guests.Idle });
        using var process = await ChildProcess.StartAsync(new ProcessStartInfo("dotnet", [Sample("GatewayConsole"), gateway.Address.ToString(), "vm-*"]) { RedirectStandardOutput = true });
        Assert.Equal($"Listed {vm.Id}: connected, running", await process.StandardOutput.ReadLineAsync().WaitAsync(RealQemu.Patience));
        await vm.PostAsync("/stop");
        Assert.Equal($"Changed {vm.Id}: connected, paused", await process.StandardOutput.ReadLineAsync().WaitAsync(RealQemu.Patience));
        ChildProcess.Signal(process, QemuSignal.Interrupt);
        await process.WaitForExitAsync().WaitAsync(RealQemu.Patience);
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("GatewayConsole")]
    [InlineData("GatewayConsole", "127.0.0.1:8080")]
    [InlineData("GatewayConsole", "unix:/run/gateway.sock")]
    [InlineData("QmpConsole")]
    [InlineData("QmpConsole", "/run/qemu/web1.qmp")]
    [InlineData("QmpConsole", "unix:/none", "stop", "{")]
    public async Task A_sample_that_is_called_wrongly_prints_how_to_call_it(string name, params string[] arguments)
    {
        var (exitCode, output) = await RunAsync("dotnet", [Sample(name), .. arguments]);
        Assert.StartsWith($"Usage: {name} ", output);
        Assert.Equal((2, 1), (exitCode, output.TrimEnd().Split('\n').Length));
    }

    [Fact]
    public async Task The_sample_of_QMP_says_why_it_cannot_connect()
    {
        var (exitCode, output) = await RunAsync("dotnet", Sample("QmpConsole"), $"unix:{directory.FullName}/none.qmp");
        Assert.Equal((1, 1), (exitCode, output.TrimEnd().Split('\n').Length));
        Assert.StartsWith($"unix:{directory.FullName}/none.qmp: ", output);
    }

    private static string Sample(string name)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(Root, "samples", name, "bin", framework.Parent!.Name, framework.Name, $"{name}.dll");
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = await ChildProcess.StartAsync(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(4 * RealQemu.Patience);
        return (process.ExitCode, await output + await errors);
    }
}
