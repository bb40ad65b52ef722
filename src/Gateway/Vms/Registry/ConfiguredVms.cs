using QmpGateway.Qmp;

namespace Gateway.Vms.Registry;

/// <summary>The VMs that the configuration names.</summary>
/// <param name="Vms">By id.</param>
/// <param name="Default">The VM of the routes that name none; null for the only one there is.</param>
internal sealed record ConfiguredVms(IReadOnlyDictionary<string, VmOptions> Vms, string? Default)
{
    /// <summary>The VMs' definitions.</summary>
    public IEnumerable<VmDefinition> Define() => Vms.Select(static vm => new VmDefinition(
        vm.Key, QmpEndpoint.Parse(vm.Value.Endpoint!), VmSource.Configuration, VmDefinition.Sorted(vm.Value.Labels), Define(vm.Value.Actions)));

    /// <summary>The sockets where the gateway offers native QMP, by the VM's id.</summary>
    public IReadOnlyDictionary<string, UnixQmpEndpoint> NativeQmpSockets() => Vms.Where(static vm => vm.Value.Monitor is not null)
        .ToDictionary(static vm => vm.Key, static vm => (UnixQmpEndpoint)QmpEndpoint.Parse(vm.Value.Monitor!));

    private static SetActionArguments? Define(ActionsOptions? actions) =>
        actions is null ? null : ActionTexts.ToArguments(actions.Reboot, actions.Shutdown, actions.Panic, actions.Watchdog);
}
