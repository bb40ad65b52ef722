using System.Diagnostics.Metrics;
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Observability;

/// <summary>Reports the gateway's version, and when its certificates expire.</summary>
internal static class ProgramGauges
{
    /// <summary>The gateway's version.</summary>
    public static string Version { get; } =
        typeof(ProgramGauges).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void Add(Meter meter, IConfiguration configuration)
    {
        meter.CreateObservableGauge(
            "qmp_gateway.build_info", static () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", Version)), description: "Always 1, with the gateway's version as a label.");
        meter.CreateObservableGauge(
            "qmp_gateway.certificate_expiry_timestamp", () => Expiries(configuration).Order().Take(1).Select(static expiry => new Measurement<double>(expiry)), "s", "Time at which the first of the gateway's certificates expires.");
    }

    // The files are read at each scrape, because a renewed certificate is used without a restart.
    private static IEnumerable<double> Expiries(IConfiguration configuration)
    {
        var kestrel = configuration.GetSection("Kestrel");
        foreach (var certificate in kestrel.GetSection("Certificates").GetChildren().Concat(kestrel.GetSection("Endpoints").GetChildren().Select(static endpoint => endpoint.GetSection("Certificate"))))
        {
            if (certificate["Path"] is { Length: > 0 } path && Expiry(path, certificate["Password"]) is { } expiry)
            {
                yield return expiry;
            }
        }
    }

    private static double? Expiry(string path, string? password)
    {
        try
        {
            using var certificate = X509Certificate2.GetCertContentType(path) == X509ContentType.Pkcs12
                ? X509CertificateLoader.LoadPkcs12FromFile(path, password, X509KeyStorageFlags.EphemeralKeySet)
                : X509CertificateLoader.LoadCertificateFromFile(path);
            return new DateTimeOffset(certificate.NotAfter).ToUnixTimeSeconds();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // A file that is being replaced may be unreadable: this scrape has no sample for it.
            return null;
        }
    }
}
