using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>What the gateway has the kernel watch, and what happens where the kernel watches nothing more.</summary>
public sealed class WatchedFilesTests
{
    [Fact]
    public async Task Sixty_directories_of_VMs_take_one_inotify_instance_and_the_working_directory_takes_none()
    {
        var directory = Directory.CreateTempSubdirectory("vms-");
        try
        {
            var vms = Enumerable.Range(0, 60).Select(i => (Id: $"vm{i}", Directory: Directory.CreateDirectory(Path.Combine(directory.FullName, $"{i}")).FullName)).ToArray();
            await using var gateway = await RealGateway.StartAsync([.. vms.Select(static vm => RealGateway.Vm(vm.Id, $"unix:{vm.Directory}/monitor.qmp"))]);
            foreach (var name in (string[])["a", "a/b", "a/b/c"])
            {
                Directory.CreateDirectory(Path.Combine(gateway.WorkingDirectory, name));
            }

            await gateway.RestartAsync();

            await Poll.UntilAsync(() => Task.FromResult($"{Watches(gateway).Count}"), "60");
            Assert.Single(Instances(gateway));

            await using var qemu = await RealQemu.StartAsync(new QemuOptions { SocketPath = $"{vms[7].Directory}/monitor.qmp" });
            await Poll.UntilAsync(async () => (await gateway.GetAsync("/vms/vm7")).Json().GetProperty("connection").GetProperty("state").GetString()!, "connected");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("max_inotify_instances")]
    [InlineData("max_inotify_watches")]
    public async Task Where_the_user_has_none_left_the_gateway_starts_and_looks_by_itself(string limit)
    {
        var directory = Directory.CreateTempSubdirectory("vms-");
        try
        {
            await using var gateway = await RealGateway.StartAsync(
                ["unshare", "--user", "--map-root-user", "sh", "-c", $"echo 0 > /proc/sys/user/{limit} && exec \"$@\"", "sh"],
                [$"--Gateway:Discovery:Paths:0={directory.FullName}", RealGateway.Vm("other", "unix:/nowhere/other.qmp"), RealGateway.Vm("tmp", "unix:/tmp/other.qmp")]);

            await using var qemu = await RealQemu.StartAsync(new QemuOptions { SocketPath = Path.Combine(directory.FullName, "late.qmp") });
            await Poll.UntilAsync(async () => (await gateway.GetAsync("/vms?connection=connected")).Json().GetProperty("items").EnumerateArray()
                .Select(static vm => vm.GetProperty("id").GetString()).FirstOrDefault() ?? "none", "late");
            await File.WriteAllTextAsync(Path.Combine(gateway.WorkingDirectory, "appsettings.json"), """{"Gateway":{"Vms":{"new":{"Endpoint":"unix:/x"}}}}""", TestContext.Current.CancellationToken);
            await Poll.UntilAsync(async () => $"{(int)(await gateway.GetAsync("/vms/new")).Status}", "200");

            Assert.Equal(2, gateway.Log.Split("cannot be watched").Length);
            Assert.Contains(limit["max_inotify_".Length..^1], gateway.Log, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static List<string> Instances(RealGateway gateway) =>
    [
        .. new DirectoryInfo($"/proc/{gateway.ProcessId}/fd").EnumerateFileSystemInfos()
            .Where(static file => file.LinkTarget?.Contains("inotify", StringComparison.Ordinal) == true).Select(static file => file.Name),
    ];

    private static List<string> Watches(RealGateway gateway) =>
        [.. Instances(gateway).SelectMany(number => File.ReadLines($"/proc/{gateway.ProcessId}/fdinfo/{number}")).Where(static line => line.StartsWith("inotify", StringComparison.Ordinal))];
}
