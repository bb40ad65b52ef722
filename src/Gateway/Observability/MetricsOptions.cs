
namespace Gateway.Observability;

/// <summary>Where metrics are served, and with which labels.</summary>
public sealed class MetricsOptions
{
    /// <summary>
    /// Loopback addresses that serve <c>/metrics</c> without authentication, and no other route, such as <c>http://127.0.0.1:9464</c>. Separate several
    /// addresses with semicolons. Default: none. On the gateway's other addresses, <c>/metrics</c> requires the role viewer and shows only the VMs that
    /// the caller may see.
    /// </summary>
    public string? Urls { get; init; }

    /// <summary>Names of the VM labels that <c>qmp_gateway_vm_info</c> shows. Default: none.</summary>
    public List<string> Labels { get; init; } = [];
}
