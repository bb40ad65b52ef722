
namespace Gateway.Observability;

/// <summary>Where metrics are scraped.</summary>
public sealed class MetricsOptions
{
    /// <summary>
    /// Addresses of the loopback where <c>/metrics</c> is answered to everybody, and nothing else is, as <c>http://127.0.0.1:9464</c>; several
    /// are parted by semicolons. None by default: then <c>/metrics</c> takes the role viewer, and shows the series of the VMs that the caller may see.
    /// </summary>
    public string? Urls { get; init; }

    /// <summary>Names of VMs' labels that <c>qmp_gateway_vm_info</c> shows. None by default.</summary>
    public List<string> Labels { get; init; } = [];
}
