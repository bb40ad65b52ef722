using QmpGateway.Qmp;

namespace Gateway.Vms.Registry;

/// <summary>A VM in the registry file.</summary>
internal sealed record StoredVm(string Endpoint, SortedDictionary<string, string> Labels, SetActionArguments? Actions = null)
{
    public static StoredVm From(VmDefinition vm) =>
        new(vm.Endpoint.ToString(), new SortedDictionary<string, string>(vm.Labels, StringComparer.Ordinal), vm.Actions);

    public VmDefinition Define(string id) => new(id, QmpEndpoint.Parse(Endpoint), VmSource.Api, VmDefinition.Sorted(Labels), Actions);
}
