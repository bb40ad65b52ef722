using System.Text.Json;
using Gateway.Access;
using Gateway.Commands.Typed;
using Gateway.Json;
using Gateway.Vms;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;

namespace Gateway.Commands;

/// <summary>
/// The only entry point for commands of clients. It records each command for the audit log, then checks the caller's role, the command policy and the
/// arguments. The precondition on the run is checked when the command is sent. It returns a <see cref="PermittedCommand"/>, and no other command can be
/// sent.
/// </summary>
/// <remarks>
/// There are two kinds of commands. The gateway composes the commands of typed routes. They require the role of the route, and only deny rules of the
/// configuration apply to them. Clients compose raw commands. They require <see cref="Role.Admin"/>, and the whole policy with its defaults applies.
/// </remarks>
public sealed class ClientCommands(CommandPolicy policy, VmSchemas schemas, TypedValues values)
{
    private static readonly QmpCommand QueryStatus = new(RunStateCommands.QueryStatus);

    /// <summary>Checks a status query.</summary>
    /// <exception cref="RoleNotGrantedException">The caller may not see the VM.</exception>
    /// <exception cref="CommandForbiddenException">A deny rule of the configuration matches the command.</exception>
    internal PermittedCommand PermitStatus(IVm vm, CommandSender sender) => Permit(Role.Viewer, vm, QueryStatus, sender);

    /// <summary>Checks a command without arguments that a typed route sends.</summary>
    /// <exception cref="RoleNotGrantedException">The caller may not change the VM's state.</exception>
    /// <exception cref="CommandForbiddenException">A deny rule of the configuration matches the command.</exception>
    internal PermittedCommand PermitTyped(IVm vm, string command, CommandSender sender) => Permit(Role.Operator, vm, new QmpCommand(command), sender);

    /// <summary>Checks a <c>set-action</c>.</summary>
    /// <exception cref="InvalidRequestException">The VM's QEMU does not accept a value. The message lists the valid values.</exception>
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
    /// <exception cref="RoleNotGrantedException">The caller is not an administrator of the VM.</exception>
    /// <exception cref="CommandForbiddenException">The policy does not allow it.</exception>
    internal PermittedCommand PermitRaw(IVm vm, RawCommand command, CommandSender sender)
    {
        Begin(Role.Admin, vm.Id, command.Name, command.Arguments, sender);
        policy.Check(vm.Id, command.Name, command.Arguments);
        return Permitted(vm, command, sender);
    }

    /// <summary>Checks a raw command, and validates its arguments by the schema of the VM's QEMU.</summary>
    /// <exception cref="CommandLackingException">This QEMU does not have the command.</exception>
    /// <exception cref="InvalidRequestException">The arguments are invalid. The message lists all faults.</exception>
    /// <inheritdoc cref="PermitRaw" path="/exception"/>
    /// <inheritdoc cref="VmSchemas.OfAsync" path="/exception"/>
    internal async Task<PermittedCommand> PermitDescribedAsync(IVm vm, RawCommand command, CommandSender sender, CancellationToken cancellationToken)
    {
        var arguments = command.Arguments ?? JsonText.EmptyObject.ToElement();
        Begin(Role.Admin, vm.Id, command.Name, command.Arguments, sender);
        // The schema is not queried for a command that a rule denies anyway.
        policy.CheckTyped(vm.Id, command.Name);
        var build = await schemas.OfAsync(vm, command.Timeout, cancellationToken).ForAsync(vm, command.Name);
        var described = build.Command(command.Name);
        // A caller who may not send the command with any arguments gets no list of faults. For other callers, faults are reported before the rules are applied.
        if (policy.Judge(vm.Id, command.Name) is { Allowed: false } never)
        {
            throw new CommandForbiddenException(command.Name, never);
        }

        if (build.Check.Check(described, arguments) is { Count: > 0 } faults)
        {
            throw new InvalidRequestException(faults);
        }

        policy.Check(vm.Id, command.Name, arguments);
        return Permitted(vm, command, sender);
    }

    /// <summary>Returns the schema of the VM's QEMU. It is queried once per run.</summary>
    /// <inheritdoc cref="PermitStatus" path="/exception"/>
    /// <inheritdoc cref="VmSchemas.OfAsync" path="/exception"/>
    internal Task<QemuBuild> ReadSchemaAsync(IVm vm, CommandSender sender, CancellationToken cancellationToken)
    {
        Begin(Role.Viewer, vm.Id, QapiSchema.Query, arguments: null, sender);
        policy.CheckTyped(vm.Id, QapiSchema.Query);
        return schemas.OfAsync(vm, timeout: null, cancellationToken);
    }

    /// <summary>Checks the actions of a definition, which the gateway itself sends on each new run of the VM.</summary>
    /// <exception cref="RoleNotGrantedException">The caller may not define the VM.</exception>
    /// <exception cref="CommandForbiddenException">A deny rule of the configuration matches the commands.</exception>
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
