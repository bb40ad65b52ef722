using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using QmpGateway.Qmp;

namespace Gateway.Security;

/// <summary>
/// The certificates in Kestrel's settings. New connections use a renewed file. A file that is only partly written, or that does not match its key
/// yet, is not used until it is valid. (Kestrel's own reload watches whole directory trees and gives up after one attempt.)
/// </summary>
internal sealed partial class ServerCertificates(IReadOnlyList<ServerCertificates.Pair> pairs, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private ILogger? logger;

    /// <summary>Loads all certificates of the configuration.</summary>
    /// <exception cref="ConfigurationException">A certificate cannot be used.</exception>
    public static ServerCertificates Of(IConfiguration configuration)
    {
        var kestrel = configuration.GetSection("Kestrel");
        var endpoints = kestrel.GetSection("Endpoints").GetChildren().ToArray();
        IConfigurationSection[] sections =
        [
            kestrel.GetSection("Certificates:Default"),
            .. endpoints.Select(static endpoint => endpoint.GetSection("Certificate")),
            .. endpoints.SelectMany(static endpoint => endpoint.GetSection("Sni").GetChildren()).Select(static name => name.GetSection("Certificate")),
        ];
        return new ServerCertificates([.. sections.Where(static section => !string.IsNullOrEmpty(section["Path"])).Select(static section => new Pair(section))], TimeProvider.System);
    }

    /// <summary>Makes Kestrel use the current certificate instead of the one that it loaded at startup.</summary>
    public void Use(KestrelServerOptions kestrel)
    {
        logger = kestrel.ApplicationServices.GetRequiredService<ILogger<ServerCertificates>>();
        kestrel.ConfigureHttpsDefaults(https => https.OnAuthenticate = (_, options) =>
            options.ServerCertificateContext = options.ServerCertificateContext is { } loaded ? Present(loaded) : null);
    }

    /// <summary>Returns the current version of a certificate that was loaded at startup.</summary>
    internal SslStreamCertificateContext Present(SslStreamCertificateContext loaded) =>
        pairs.FirstOrDefault(pair => pair.First.Equals(loaded.TargetCertificate)) is { } pair ? Present(pair) : loaded;

    private SslStreamCertificateContext Present(Pair pair)
    {
        lock (pair)
        {
            if (time.GetElapsedTime(pair.LookedAt) >= Interval)
            {
                pair.LookedAt = time.GetTimestamp();
                try
                {
                    if (pair.Renew() && logger is not null)
                    {
                        LogRenewed(logger, pair.Path);
                    }
                }
                catch (ConfigurationException wrong)
                {
                    if (logger is not null)
                    {
                        LogNotRenewed(logger, wrong.Message);
                    }
                }
            }

            return pair.Present;
        }
    }

    [LoggerMessage(142, LogLevel.Information, "The certificate in {Path} has changed. The gateway now uses the new one.")]
    private static partial void LogRenewed(ILogger logger, string path);

    [LoggerMessage(143, LogLevel.Warning, "A changed certificate cannot be used, so the previous one stays in use: {Reason}")]
    private static partial void LogNotRenewed(ILogger logger, string reason);

    /// <summary>A certificate and its key.</summary>
    internal sealed class Pair
    {
        private readonly string key;
        private readonly string? keyPath;
        private readonly string? password;
        private string stamp;

        public Pair(IConfigurationSection section)
        {
            (key, Path, keyPath, password) = ($"{section.Path}:Path", section["Path"]!, section["KeyPath"], section["Password"]);
            stamp = Stamp();
            Present = Load();
            First = Present.TargetCertificate;
        }

        /// <summary>The certificate's file.</summary>
        public string Path { get; }

        /// <summary>The certificate that was loaded at startup.</summary>
        public X509Certificate2 First { get; }

        /// <summary>The current certificate.</summary>
        public SslStreamCertificateContext Present { get; private set; }

        /// <summary>The timestamp of the last check for changes.</summary>
        public long LookedAt { get; set; }

        /// <summary>Loads the files again if they have changed. Returns whether they have.</summary>
        /// <exception cref="ConfigurationException">The files cannot be used. The next call tries again.</exception>
        public bool Renew()
        {
            var now = Stamp();
            if (now == stamp)
            {
                return false;
            }

            Present = Load();
            stamp = now;
            return true;
        }

        private string Stamp() => string.Join(' ', ((string?[])[Path, keyPath]).OfType<string>().Select(static path => UnixFile.Look(path) is { } file ? $"{file.Birth} {file.Changed:O}" : "-"));

        private SslStreamCertificateContext Load()
        {
            try
            {
                if (string.IsNullOrEmpty(keyPath))
                {
                    var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(Path, password);
                    return SslStreamCertificateContext.Create(all.First(static one => one.HasPrivateKey), all, offline: true);
                }

                var chain = new X509Certificate2Collection();
                chain.ImportFromPemFile(Path);
                var certificate = string.IsNullOrEmpty(password)
                    ? X509Certificate2.CreateFromPemFile(Path, keyPath)
                    : X509Certificate2.CreateFromEncryptedPemFile(Path, password, keyPath);
                return SslStreamCertificateContext.Create(certificate, chain, offline: true);
            }
            catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
            {
                throw new ConfigurationException($"{key} = '{Path}' cannot be used: {unusable.Message}{(string.IsNullOrEmpty(keyPath) ? " Without a KeyPath it must be a PKCS #12 file." : $" The key file is '{keyPath}'.")}");
            }
        }
    }
}
