using System.Text.Json;
using Gateway.Access;
using Gateway.Commands.Typed;
using Gateway.Json;
using Gateway.Vms;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;

namespace Gateway.Commands;

/// <summary>
/// The one way in for commands that clients send. It notes each command for the audit log, then checks the caller's role, the command policy and the
/// arguments; the precondition on the run is checked when the command is sent. Whatever passes is a <see cref="PermittedCommand"/>, and nothing else can
/// be sent.
/// </summary>
/// <remarks>
/// There are two kinds of commands. Those of typed routes are worded by the gateway: they need the role of the route, and a deny of the configuration
/// forbids them. Raw ones are worded by the client: they need <see cref="Role.Admin"/>, and the whole policy holds for them, its defaults included.
/// </remarks>
public sealed class ClientCommands(CommandPolicy policy, VmSchemas schemas, TypedValues values)
{
    private static readonly QmpCommand QueryStatus = new(RunStateCommands.QueryStatus);

    /// <summary>Checks a question for the status.</summary>
    /// <exception cref="RoleNotGrantedException">The caller may not see the VM.</exception>
    /// <exception cref="CommandForbiddenException">A rule of the configuration forbids it.</exception>
    internal PermittedCommand PermitStatus(IVm vm, CommandSender sender) => Permit(Role.Viewer, vm, QueryStatus, sender);

    /// <summary>Checks a command without arguments that a typed route sends.</summary>
    /// <exception cref="RoleNotGrantedException">The caller may not change the VM's state.</exception>
    /// <exception cref="CommandForbiddenException">A rule of the configuration forbids it.</exception>
    internal PermittedCommand PermitTyped(IVm vm, string command, CommandSender sender) => Permit(Role.Operator, vm, new QmpCommand(command), sender);

    /// <summary>Checks a <c>set-action</c>.</summary>
    /// <exception cref="InvalidRequestException">The VM's QEMU does not take a value; says all of them.</exception>
    /// <inheritdoc cref="PermitTyped" path="/exception"/>
    internal async Task<PermittedCommand> PermitActionsAsync(IVm vm, SetActionArguments arguments, CommandSender sender, CancellationToken cancellationToken)
    {
        var command = new QmpCommand(RunStateCommands.SetAction, JsonText.From(arguments, RunStateJson.Default.SetActionArguments));
        var permitted = Permit(Role.Operator, vm, command, sender);
        await values.CheckAsync(vm, arguments, cancellationToken);
        return permitted;
    }

    /// <summary>Checks a <c>watchdog-set-action</c>.</summary>
    /// <inheritdoc cref="PermitActionsAsync" path="/exception"/>
    internal async Task<PermittedCommand> PermitWatchdogAsync(
        IVm vm, WatchdogSetActionArguments arguments, CommandSender sender, CancellationToken cancellationToken)
    {
        var command = new QmpCommand(RunStateCommands.WatchdogSetAction, JsonText.From(arguments, RunStateJson.Default.WatchdogSetActionArguments));
        var permitted = Permit(Role.Operator, vm, command, sender);
        await values.CheckAsync(vm, arguments, cancellationToken);
        return permitted;
    }

    /// <summary>Checks a raw command, whose arguments QEMU itself checks.</summary>
    /// <exception cref="RoleNotGrantedException">The caller is no administrator of the VM.</exception>
    /// <exception cref="CommandForbiddenException">The policy does not allow it.</exception>
    internal PermittedCommand PermitRaw(IVm vm, RawCommand command, CommandSender sender)
    {
        Begin(Role.Admin, vm.Id, command.Name, command.Arguments, sender);
        policy.Check(vm.Id, command.Name, command.Arguments);
        return Permitted(vm, command, sender);
    }

    /// <summary>Checks a raw command whose arguments are held against the schema of the VM's QEMU.</summary>
    /// <exception cref="CommandLackingException">This QEMU does not have the command.</exception>
    /// <exception cref="InvalidRequestException">The arguments are wrong; says all of their faults.</exception>
    /// <inheritdoc cref="PermitRaw" path="/exception"/>
    /// <inheritdoc cref="VmSchemas.OfAsync" path="/exception"/>
    internal async Task<PermittedCommand> PermitDescribedAsync(IVm vm, RawCommand command, CommandSender sender, CancellationToken cancellationToken)
    {
        var arguments = command.Arguments ?? JsonText.EmptyObject.ToElement();
        Begin(Role.Admin, vm.Id, command.Name, command.Arguments, sender);
        // QEMU is not even asked how it describes what a rule forbids anyway.
        policy.CheckTyped(vm.Id, command.Name);
        var build = await schemas.OfAsync(vm, cancellationToken);
        var described = build.Command(command.Name);
        // Faults of arguments are of no use to a caller who may not send the command whatever they are. Others are told of them before a rule judges them.
        if (policy.Judge(vm.Id, command.Name) is { Allowed: false } never)
        {
            throw new CommandForbiddenException(command.Name, never.Rule);
        }

        if (build.Check.Check(described, arguments) is { Count: > 0 } faults)
        {
            throw new InvalidRequestException(faults);
        }

        policy.Check(vm.Id, command.Name, arguments);
        return Permitted(vm, command, sender);
    }

    /// <summary>Reads how the VM's QEMU describes its commands. QEMU is asked once a run.</summary>
    /// <inheritdoc cref="PermitStatus" path="/exception"/>
    /// <inheritdoc cref="VmSchemas.OfAsync" path="/exception"/>
    internal Task<QemuBuild> ReadSchemaAsync(IVm vm, CommandSender sender, CancellationToken cancellationToken)
    {
        Begin(Role.Viewer, vm.Id, QapiSchema.Query, arguments: null, sender);
        policy.CheckTyped(vm.Id, QapiSchema.Query);
        return schemas.OfAsync(vm, cancellationToken);
    }

    /// <summary>Checks the actions of a definition, which the gateway itself sends on each new run of the VM.</summary>
    /// <exception cref="RoleNotGrantedException">The caller may not define the VM.</exception>
    /// <exception cref="CommandForbiddenException">A rule of the configuration forbids them.</exception>
    internal void CheckActions(string vm, SetActionArguments actions, GrantedAccess access)
    {
        CheckRole(Role.Admin, vm, access);
        policy.CheckTyped(vm, RunStateCommands.SetAction, JsonSerializer.SerializeToElement(actions, RunStateJson.Default.SetActionArguments));
    }

    private PermittedCommand Permit(Role role, IVm vm, QmpCommand command, CommandSender sender)
    {
        var arguments = command.Arguments?.ToElement();
        Begin(role, vm.Id, command.Name, arguments, sender);
        policy.CheckTyped(vm.Id, command.Name, arguments);
        return new PermittedCommand((IVmMonitor)vm, command, sender);
    }

    private static PermittedCommand Permitted(IVm vm, RawCommand command, CommandSender sender) =>
        new((IVmMonitor)vm, new QmpCommand(command.Name, command.ArgumentsText, command.OutOfBand), sender, command.Timeout);

    private static void Begin(Role role, string vm, string command, JsonElement? arguments, CommandSender sender)
    {
        if (sender.Audit is { } audit)
        {
            audit.Note(command, arguments);
        }
        else if (!BuiltInTable.OnlyReads(command))
        {
            throw new InvalidOperationException($"'{command}' can change something, and this request is not recorded in the audit log");
        }

        CheckRole(role, vm, sender.Access);
    }

    private static void CheckRole(Role role, string vm, GrantedAccess access)
    {
        if (!access.Grants.Allow(role, vm))
        {
            throw new RoleNotGrantedException(access.Who, role);
        }
    }
}
