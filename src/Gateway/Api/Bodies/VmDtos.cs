using Gateway.Journal;
using Gateway.Json;
using Gateway.Vms;
using QmpGateway.Contracts;
using QmpGateway.Qmp;

namespace Gateway.Api.Bodies;

/// <summary>Converts VMs to the types of the contract.</summary>
internal static class VmDtos
{
    /// <param name="vm">The VM.</param>
    /// <param name="now">The snapshot of the VM to show.</param>
    /// <param name="cursor">The journal's head, read before the snapshot was taken.</param>
    /// <param name="journal">The journal, whose head decides which event ids may be shown.</param>
    public static Vm ToDto(this IVm vm, VmSnapshot now, string cursor, IJournal journal) => new()
    {
        Id = vm.Id,
        Endpoint = vm.Definition.Endpoint.ToString(),
        Source = vm.Definition.Source.Name(),
        Labels = vm.Definition.Labels,
        Actions = Texts(vm.Definition.Actions ?? new SetActionArguments()),
        Connection = new VmConnection
        {
            State = now.Connection.State.Name(),
            Since = now.Connection.Since,
            Reason = now.Connection.Reason,
            Attempts = now.Connection.Attempts,
            LastMessageAt = vm.LastMessageAt,
        },
        Status = now.Status is { } status ? QmpGateway.Contracts.VmStatus.PassOn(status.Text.ToElement()) : null,
        StatusObservedAt = now.Status?.ObservedAt,
        StatusCause = now.StatusCause?.ToJson(journal.Head).ToElement(),
        Ended = now.Ended?.ToDto(journal),
        Run = now.Run,
        Qemu = now.Qemu is { } qemu ? new QemuVersion(qemu.Version, qemu.Package) : null,
        Cursor = cursor,
    };

    public static QmpGateway.Contracts.VmEnded ToDto(this Vms.Runs.VmEnded ended, IJournal journal) => new()
    {
        At = ended.At,
        Reason = ended.Reason,
        Guest = ended.Guest,
        Cause = ended.Cause?.ToJson(journal.Head).ToElement(),
    };

    public static VmActions ToDto(this SetActionArguments actions) => new()
    {
        Reboot = actions.Reboot?.Value,
        Shutdown = actions.Shutdown?.Value,
        Panic = actions.Panic?.Value,
        Watchdog = actions.Watchdog?.Value,
    };

    public static string HeadCursor(this IJournal journal) => Cursors.Write(journal.Head);

    private static Dictionary<string, string> Texts(SetActionArguments actions) => new[]
    {
        ("reboot", actions.Reboot?.Value), ("shutdown", actions.Shutdown?.Value), ("panic", actions.Panic?.Value), ("watchdog", actions.Watchdog?.Value),
    }.Where(static action => action.Item2 is not null).ToDictionary(static action => action.Item1, static action => action.Item2!);
}
