using System.Diagnostics;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd.Packages;

/// <summary>The README of each package starts with a program that compiles as it stands, and does what it says.</summary>
public sealed class ReadmeTests(PackedLibraries packed) : IClassFixture<PackedLibraries>, IDisposable
{
    private const string GatewayAddress = "http://127.0.0.1:8080";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("readme-");

    public void Dispose() => directory.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(PackageContentTests.Names), MemberType = typeof(PackageContentTests))]
    public async Task All_code_of_a_README_compiles(string package)
    {
        var programs = ReadmeCode.Of(package);
        Assert.NotEmpty(programs);
        foreach (var code in programs)
        {
            await ReadmeCode.CompileAsync(code, packed, directory);
        }
    }

    [Fact]
    public async Task The_program_of_QMP_drives_a_real_QEMU()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        var program = await CompileAsync("QmpGateway.Qmp", "unix:/run/qemu/web1.qmp", qemu.Endpoint);

        var (exitCode, output) = await Programs.RunAsync("dotnet", program);

        Assert.True(exitCode == 0, output);
        var lines = output.TrimEnd().Split('\n');
        Assert.Equal("running", lines[0]);
        Assert.Contains(lines, static line => line.StartsWith("StopEvent ", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith("ShutdownEvent ", StringComparison.Ordinal) && line.Contains("Reason = host-qmp-quit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_program_of_the_client_watches_a_real_gateway()
    {
        await using var gateway = await RealGateway.StartAsync();
        await using var vm = await WatchedVm.StartAsync(gateway, new() { Guest = Guests.Idle });
        var program = await CompileAsync("QmpGateway.Client", GatewayAddress, gateway.Address.ToString());

        using var process = await ChildProcess.StartAsync(new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true });
        try
        {
            Assert.Equal($"Listed {vm.Id}: connected, running", await process.StandardOutput.ReadLineAsync().WaitAsync(RealQemu.Patience));
            await vm.PostAsync("/stop");
            Assert.Equal($"Changed {vm.Id}: connected, paused", await process.StandardOutput.ReadLineAsync().WaitAsync(RealQemu.Patience));
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task The_program_of_the_contracts_lists_the_VMs_of_a_real_gateway()
    {
        await using var gateway = await RealGateway.StartAsync();
        await using var vm = await WatchedVm.StartAsync(gateway, new() { Guest = Guests.Idle });
        var program = await CompileAsync("QmpGateway.Contracts", GatewayAddress, gateway.Address.ToString());

        Assert.Equal((0, $"{vm.Id} runs"), await Programs.RunAsync("dotnet", program) is var (exitCode, output) ? (exitCode, output.TrimEnd()) : default);
    }

    // The first program of a README; only the address is another.
    private async Task<string> CompileAsync(string package, string address, string real)
    {
        var code = ReadmeCode.Of(package)[0];
        Assert.Contains($"\"{address}\"", code);
        return await ReadmeCode.CompileAsync(code.Replace($"\"{address}\"", $"\"{real}\"", StringComparison.Ordinal), packed, directory);
    }
}
