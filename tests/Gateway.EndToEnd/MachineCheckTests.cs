using System.Text.Json;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>A memory failure is a machine check that the human monitor injects: its effect is up to the guest.</summary>
public sealed class MachineCheckTests
{
    // An uncorrected error that memory scrubbing found: processor 0, bank 9, then the bank's status, MCG_STATUS, address and "misc".
    private const string MachineCheck = "mce 0 9 0xbd000000000000c0 0x5 0x900000 0x8c";

    // The same with bit 55 of the bank's status, AR: the processor cannot go on before software has recovered.
    private const string MachineCheckThatRequiresAction = "mce 0 9 0xbd800000000000c0 0x5 0x900000 0x8c";

    [Fact]
    public async Task A_guest_that_handles_machine_checks_is_given_them()
    {
        await using var qemu = await ReadyAsync(Guests.HandlesMachineChecks);

        await qemu.Side.HmpAsync(MachineCheck);
        AssertFailure(await qemu.Side.EventAsync("MEMORY_FAILURE"), "inject");
        await qemu.WaitForMarksAsync("RM");

        await qemu.Side.HmpAsync(MachineCheckThatRequiresAction);
        AssertFailure(await qemu.Side.EventAsync("MEMORY_FAILURE"), "inject", actionRequired: true);
        await qemu.WaitForMarksAsync("RMM");
    }

    [Fact]
    public async Task A_guest_without_a_handler_is_reset()
    {
        await using var qemu = await ReadyAsync(Guests.Idle);

        await qemu.Side.HmpAsync(MachineCheck);

        AssertFailure(await qemu.Side.EventAsync("MEMORY_FAILURE"), "reset");
        Assert.True((await qemu.Side.EventAsync("RESET")).GetProperty("guest").GetBoolean());
    }

    [Fact]
    public async Task A_machine_check_within_one_resets()
    {
        await using var qemu = await ReadyAsync(Guests.NeverEndsMachineCheck);

        await qemu.Side.HmpAsync(MachineCheck);
        await qemu.WaitForMarksAsync("RM");
        await qemu.Side.HmpAsync(MachineCheck);

        AssertFailure(await qemu.Side.EventAsync("MEMORY_FAILURE"), "inject");
        AssertFailure(await qemu.Side.EventAsync("MEMORY_FAILURE"), "reset", recursive: true);
    }

    private static async Task<RealQemu> ReadyAsync(byte[] guest)
    {
        var qemu = await RealQemu.StartAsync(new() { Guest = guest });
        await qemu.WaitForMarksAsync("R");
        return qemu;
    }

    private static void AssertFailure(JsonElement data, string action, bool recursive = false, bool actionRequired = false)
    {
        Assert.Equal("guest", data.GetProperty("recipient").GetString());
        Assert.Equal(action, data.GetProperty("action").GetString());
        Assert.Equal(recursive, data.GetProperty("flags").GetProperty("recursive").GetBoolean());
        Assert.Equal(actionRequired, data.GetProperty("flags").GetProperty("action-required").GetBoolean());
    }
}
