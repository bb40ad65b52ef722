using System.Diagnostics;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The samples that use the libraries run.</summary>
public sealed class LibrarySampleTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("packages-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task The_sample_of_QMP_shows_the_status_and_events_until_QEMU_ends()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        var (exitCode, output) = await Programs.RunAsync("dotnet", Sample("QmpConsole"), qemu.Endpoint, "quit");
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
        var (exitCode, output) = await Programs.RunAsync("dotnet", [Sample(name), .. arguments]);
        Assert.StartsWith($"Usage: {name} ", output);
        Assert.Equal((2, 1), (exitCode, output.TrimEnd().Split('\n').Length));
    }

    [Fact]
    public async Task The_sample_of_QMP_says_why_it_cannot_connect()
    {
        var (exitCode, output) = await Programs.RunAsync("dotnet", Sample("QmpConsole"), $"unix:{directory.FullName}/none.qmp");
        Assert.Equal((1, 1), (exitCode, output.TrimEnd().Split('\n').Length));
        Assert.StartsWith($"unix:{directory.FullName}/none.qmp: ", output);
    }

    private static string Sample(string name)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(Programs.Root, "samples", name, "bin", framework.Parent!.Name, framework.Name, $"{name}.dll");
    }
}
