using System.Net;
using System.Text;
using static Gateway.Settings.Fault;

namespace Gateway.Security;

/// <summary>Validates addresses to listen on. Kestrel itself reports most of these errors as internal failures.</summary>
internal static class ListenFaults
{
    private const string Format = "Use http://127.0.0.1:8080, https://127.0.0.1:8443 or http://unix:/path";

    // The path in sockaddr_un has 108 bytes, including the terminating null.
    private const int MaxPathBytes = 107;

    /// <summary>Reports what is wrong with an address.</summary>
    /// <param name="key">The configuration key that it comes from.</param>
    /// <param name="url">The address.</param>
    public static IEnumerable<string> Of(string key, string url)
    {
        string? reason;
        try
        {
            reason = Reason(BindingAddress.Parse(url));
        }
        catch (FormatException malformed)
        {
            reason = $"{malformed.Message} {Format}";
        }

        return Unless(reason is null, $"{key} = '{url}' is not an address to listen on: {reason}");
    }

    /// <summary>Reports an HTTPS address without a certificate.</summary>
    /// <param name="key">The configuration key that the address comes from.</param>
    /// <param name="url">The address, which must be well-formed.</param>
    /// <param name="configuration">The configuration with the certificates.</param>
    public static IEnumerable<string> OfCertificate(string key, string url, IConfiguration configuration) => Unless(
        BindingAddress.Parse(url).Scheme != "https" || HasCertificate(key, configuration),
        $"{key} = '{url}' needs a certificate: set Kestrel:Certificates:Default:Path and Kestrel:Certificates:Default:KeyPath to its PEM files");

    private static string? Reason(BindingAddress address)
    {
        if (address.Scheme is not ("http" or "https"))
        {
            return $"'{address.Scheme}' must be http or https. {Format}";
        }

        if (address.IsUnixPipe)
        {
            return Encoding.UTF8.GetByteCount(address.UnixPipePath) is var length and > MaxPathBytes
                ? $"the path has {length} bytes, but a Unix socket path may have at most {MaxPathBytes}"
                : null;
        }

        if (address.PathBase.Length > 0)
        {
            return $"remove the path '{address.PathBase}'";
        }

        // BindingAddress.Parse leaves a port that is not a number in the host.
        var host = address.Host;
        return host.Contains(':') && !IPAddress.TryParse(host, out _) ? $"'{host[(host.LastIndexOf(':') + 1)..]}' must be a port, a number from 0 to 65535"
            : address.Port is < 0 or > IPEndPoint.MaxPort ? $"the port {address.Port} must be a number from 0 to 65535"
            : address.Port == 0 && host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? "port 0 requires an IP address: use 127.0.0.1 instead of localhost"
            : null;
    }

    private static bool HasCertificate(string key, IConfiguration configuration)
    {
        var kestrel = configuration.GetSection("Kestrel");
        var endpoint = configuration.GetSection(key[..Math.Max(0, key.LastIndexOf(':'))] is { Length: > 0 } path ? path : "Urls");
        return kestrel.GetSection("Certificates:Default").Exists() || endpoint.GetSection("Certificate").Exists() || endpoint.GetSection("Sni").Exists();
    }
}
