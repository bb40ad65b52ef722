using System.Net.Sockets;
using System.Text;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>How a real QEMU is brought into each run state that it can be in without KVM.</summary>
public sealed class RunStateTests
{
    [Fact]
    public async Task Prelaunch_comes_before_the_first_cont()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle, Paused = true });
        Assert.Equal("prelaunch", await qemu.Side.StatusAsync());

        await qemu.ContinueAsync();

        Assert.Equal("running", await qemu.Side.StatusAsync());
    }

    [Fact]
    public async Task Prelaunch_comes_back_after_a_reset_out_of_suspended_and_no_event_says_so()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Suspends });
        await qemu.Side.WaitForStatusAsync("suspended");

        await qemu.Side.ExecuteAsync("system_reset");

        await qemu.Side.EventAsync("RESET");
        await qemu.Side.WaitForStatusAsync("prelaunch");
        Assert.DoesNotContain("STOP", qemu.Side.Seen);
    }

    [Fact]
    public async Task Shutdown_stays_until_a_reset_where_QEMU_is_not_to_exit()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.PowersOff, Arguments = ["-no-shutdown"] });
        await qemu.Side.WaitForStatusAsync("shutdown");
        await Assert.ThrowsAsync<InvalidOperationException>(qemu.ContinueAsync);

        await qemu.Side.ExecuteAsync("system_reset");

        await qemu.Side.WaitForStatusAsync("prelaunch");
        await qemu.ContinueAsync();
    }

    [Theory]
    [InlineData("virtio-blk")]
    [InlineData("ide-hd,bus=ide.1")]
    public async Task Io_error_comes_of_a_disk_that_is_to_stop_the_guest(string device)
    {
        await using var qemu = await RealQemu.StartAsync(new()
        {
            Guest = Guests.ReadsSecondDisk,
            Paused = true,
            Arguments =
            [
                "-blockdev", "driver=null-co,node-name=zeroes,size=1048576,read-zeroes=on",
                "-blockdev", "driver=blkdebug,node-name=bad,image=zeroes,"
                    + "inject-error.0.event=none,inject-error.0.iotype=read,inject-error.0.sector=1,inject-error.0.once=on",
                "-device", $"{device},drive=bad,rerror=stop",
            ],
        });
        await qemu.ContinueAsync();

        await qemu.Side.EventAsync("BLOCK_IO_ERROR");
        await qemu.Side.EventAsync("STOP");
        await qemu.Side.WaitForStatusAsync("io-error");

        await qemu.ContinueAsync();
        await qemu.WaitForMarksAsync("RD");
    }

    [Fact]
    public async Task Migration_goes_through_its_states_on_both_sides()
    {
        await using var target = await RealQemu.StartAsync(new() { Guest = Guests.Idle, Arguments = ["-incoming", "defer"] });
        await using var source = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        var uri = $"unix:{target.PathOf("migration.sock")}";
        Assert.Equal("inmigrate", await target.Side.StatusAsync());
        await target.Side.ExecuteAsync("migrate-incoming", new { uri });
        var pause = new { capability = "pause-before-switchover", state = true };
        await source.Side.ExecuteAsync("migrate-set-capabilities", new { capabilities = new[] { pause } });

        await source.Side.ExecuteAsync("migrate", new { uri });
        await source.Side.WaitForStatusAsync("finish-migrate");

        // The run state changes a moment before the migration takes the command to go on.
        await Poll.UntilAsync(() => MigrationAsync(source), "pre-switchover");
        await source.Side.ExecuteAsync("migrate-continue", new { state = "pre-switchover" });

        await source.Side.WaitForStatusAsync("postmigrate");
        await target.Side.EventAsync("RESUME");
        await target.Side.WaitForStatusAsync("running");
    }

    [Fact]
    public async Task Debug_comes_after_a_single_step_of_the_debugger()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Paused = true, Arguments = ["-gdb", "unix:gdb.sock,server=on,wait=off"] });
        using var debugger = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        // One step, into the firmware: a processor that halts would never complete it. 73 is the checksum of "s".
        await debugger.ConnectAsync(new UnixDomainSocketEndPoint(qemu.PathOf("gdb.sock")), TestContext.Current.CancellationToken);
        await debugger.SendAsync(Encoding.ASCII.GetBytes("+$s#73"), TestContext.Current.CancellationToken);

        await qemu.Side.WaitForStatusAsync("debug");
    }

    [Fact]
    public async Task Singlestep_shows_where_it_was_asked_for()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle, Arguments = ["-singlestep"] });

        Assert.True((await qemu.Side.ExecuteAsync("query-status")).GetProperty("singlestep").GetBoolean());
    }

    [Fact]
    public async Task Preconfig_shows_as_prelaunch_and_takes_few_commands()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle, Arguments = ["-preconfig"] });
        Assert.Equal("prelaunch", await qemu.Side.StatusAsync());
        await qemu.Side.ExecuteAsync("set-action", new { reboot = "reset" });
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => qemu.Side.ExecuteAsync("stop"));
        Assert.StartsWith("GenericError", refused.Message, StringComparison.Ordinal);

        await qemu.Side.ExecuteAsync("x-exit-preconfig");

        await qemu.Side.WaitForStatusAsync("running");
    }
    private static async Task<string> MigrationAsync(RealQemu qemu) =>
        (await qemu.Side.ExecuteAsync("query-migrate")).GetProperty("status").GetString()!;
}
