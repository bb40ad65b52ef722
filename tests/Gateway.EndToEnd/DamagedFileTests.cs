using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Support;
using Gateway.Tests.Journal;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The real program on data that are damaged, may not be written, or are many.</summary>
public sealed class DamagedFileTests
{
    [Theory]
    [InlineData("journal.db")]
    [InlineData("answers.db")]
    [InlineData("vms.json")]
    public async Task A_damaged_file_stops_the_start_is_named_and_is_moved_aside_by_the_option(string file)
    {
        await using var qemu = new AnsweringQemu();
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));
        (await gateway.PutAsync("/vms/y", """{"endpoint":"unix:/nowhere"}""")).Json();
        await gateway.EventAsync("y", "VM_ADDED");
        var cursor = (await gateway.GetAsync("/vms")).Json().GetProperty("cursor").GetString();
        Assert.Equal(0, await gateway.TerminateAsync());
        var path = Path.Combine(gateway.DataDirectory, file);
        var damaged = "no such thing"u8.ToArray();
        await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);

        var exited = await Assert.ThrowsAsync<GatewayExitedException>(gateway.RestartAsync);
        Assert.Equal(1, exited.ExitCode);
        Assert.Contains(path, exited.Log, StringComparison.Ordinal);
        Assert.Contains("--journal-repair", exited.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", exited.Log, StringComparison.Ordinal);

        gateway.Once = ["--journal-repair"];
        await gateway.RestartAsync();
        Assert.Equal(damaged, await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(gateway.DataDirectory, "*.damaged-*")), TestContext.Current.CancellationToken));
        (await gateway.GetAsync("/vms/x/status?until=running")).Json();
        var old = await gateway.GetAsync($"/events?after={cursor}");
        if (file == "journal.db")
        {
            var oldest = old.Problem(410, "cursor-expired").GetProperty("oldest").GetString();
            Assert.Equal("y", (await gateway.EventAsync("y", "EVENTS_LOST", $"after={oldest}")).GetProperty("vm").GetString());
        }
        else
        {
            old.Json();
        }

        Assert.Equal(file == "vms.json" ? HttpStatusCode.NotFound : HttpStatusCode.OK, (await gateway.GetAsync("/vms/y")).Status);
        await gateway.RestartAsync();
        (await gateway.GetAsync("/vms")).Json();
    }

    [Fact]
    public async Task With_the_option_undamaged_data_are_left_alone_and_the_log_says_so()
    {
        await using var gateway = await RealGateway.StartAsync("--journal-repair");
        (await gateway.PutAsync("/vms/y", """{"endpoint":"unix:/nowhere"}""")).Json();
        await gateway.EventAsync("y", "VM_ADDED");

        await gateway.RestartAsync();

        await gateway.EventAsync("y", "VM_ADDED");
        Assert.Contains("is not damaged", gateway.Log, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(gateway.DataDirectory, "*.damaged-*"));
    }

    [Fact]
    public async Task A_data_directory_that_may_not_be_written_is_named()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 4);
        string[] argument = [$"--Gateway:DataDirectory={disk.MountPoint}"];
        await using (var gateway = await RealGateway.StartAsync(disk.Inside, argument))
        {
            Assert.Equal(0, await gateway.TerminateAsync());
        }

        string[] remounted = [.. disk.Inside, "sh", "-c", $"mount -o remount,ro {disk.MountPoint} && exec \"$@\"", "sh"];
        var exited = await Assert.ThrowsAsync<GatewayExitedException>(() => RealGateway.StartAsync(remounted, argument));

        Assert.Equal(1, exited.ExitCode);
        Assert.Contains($"Gateway:DataDirectory = '{disk.MountPoint}'", exited.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", exited.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_of_a_million_events_costs_the_start_next_to_nothing()
    {
        await using var gateway = await RealGateway.StartAsync("--Gateway:Journal:KeepEvents=2000000");
        var empty = await TimeOfStartAsync(gateway);
        Assert.Equal(0, await gateway.TerminateAsync());
        BulkJournal.Fill(Path.Combine(gateway.DataDirectory, "journal.db"), 1_000_000);

        var full = await TimeOfStartAsync(gateway);

        TestContext.Current.TestOutputHelper!.WriteLine($"first answer after {full}, {empty} with an empty journal; 2 s are meant");
        Assert.Equal(1_000_000, long.Parse((await gateway.GetAsync("/vms")).Json().GetProperty("cursor").GetString()!, null));
        Assert.True(full < (4 * empty) + TimeSpan.FromSeconds(1), $"{full} after {empty}");
        var page = (await gateway.GetAsync("/events?after=999999")).Json().GetProperty("items");
        Assert.Equal("1000000", Assert.Single(page.EnumerateArray()).Id());
    }

    private static async Task<TimeSpan> TimeOfStartAsync(RealGateway gateway)
    {
        await gateway.RestartAsync();
        var listening = Stopwatch.GetTimestamp();
        (await gateway.GetAsync("/vms")).Json();
        return gateway.StartTime + Stopwatch.GetElapsedTime(listening);
    }
}
