using Gateway.Limits;

namespace Gateway.Requests.Bulk;

/// <summary>A request selects more VMs than one request may change. Nothing was sent.</summary>
internal sealed class TooManyVmsException(int selected, int most) : Exception(
    $"{selected} VMs match, and one request may change at most {most} (Gateway:Limits:{nameof(LimitsOptions.Bulk)}). Nothing was sent. Select fewer VMs, or raise the limit.");
