namespace Gateway.Observability;

/// <summary>Where metrics are scraped.</summary>
public sealed class MetricsOptions
{
    /// <summary>
    /// Addresses of the loopback where <c>/metrics</c> is answered to everybody, and nothing else is, as <c>http://127.0.0.1:9464</c>; several
    /// are parted by semicolons. None by default: then <c>/metrics</c> takes the role viewer on all VMs.
    /// </summary>
    public string? Urls { get; init; }
}
