using QmpGateway.Qmp;

namespace Gateway.Vms.Registry;

/// <summary>The VMs in the configuration.</summary>
/// <param name="Vms">The VMs by id.</param>
/// <param name="Default">The VM of routes that do not name one. If null, such routes need exactly one VM to exist.</param>
internal sealed record ConfiguredVms(IReadOnlyDictionary<string, VmOptions> Vms, string? Default)
{
    /// <summary>The VMs' definitions.</summary>
    public IEnumerable<VmDefinition> Define() => Vms.Select(static vm => new VmDefinition(
        vm.Key, QmpEndpoint.Parse(vm.Value.Endpoint!), VmSource.Configuration, VmDefinition.Sorted(vm.Value.Labels), Define(vm.Value.Actions)));

    /// <summary>The sockets on which the gateway serves native QMP, by VM id.</summary>
    public IReadOnlyDictionary<string, UnixQmpEndpoint> NativeQmpSockets() => Vms.Where(static vm => vm.Value.Monitor is not null)
        .ToDictionary(static vm => vm.Key, static vm => (UnixQmpEndpoint)QmpEndpoint.Parse(vm.Value.Monitor!));

    private static SetActionArguments? Define(ActionsOptions? actions) =>
        actions is null ? null : ActionTexts.ToArguments(actions.Reboot, actions.Shutdown, actions.Panic, actions.Watchdog);
}
