using Gateway.Access;
using Gateway.Limits;
using Gateway.Vms;

namespace Gateway.Requests.Bulk;

/// <summary>Finds the VMs that a request for many VMs changes.</summary>
public sealed class SelectedVms(IVms vms, LimitsOptions limits, LimitMetrics metrics)
{
    /// <summary>Returns the selected VMs on which the caller is an operator, sorted by id.</summary>
    /// <exception cref="TooManyVmsException">One request may not change that many VMs.</exception>
    internal IReadOnlyList<IVm> Of(VmSelection selection, Grants grants)
    {
        IVm[] selected = [.. vms.All.Where(vm => selection.Matches(vm) && grants.Allow(Role.Operator, vm.Id))];
        if (selected.Length <= limits.Bulk)
        {
            return selected;
        }

        metrics.Refused(nameof(LimitsOptions.Bulk));
        throw new TooManyVmsException(selected.Length, limits.Bulk);
    }
}
