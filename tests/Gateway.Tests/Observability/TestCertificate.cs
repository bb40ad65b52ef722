using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Tests.Observability;

/// <summary>Certificates for the settings of Kestrel.</summary>
internal static class TestCertificate
{
    /// <summary>Writes one for <c>localhost</c>, and its key to the file of the same name that ends with <c>key</c>.</summary>
    public static void Write(string file, DateTimeOffset expires)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, expires);
        File.WriteAllText(Path.ChangeExtension(file, "key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(file, certificate.ExportCertificatePem());
    }
}
