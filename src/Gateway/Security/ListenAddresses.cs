using Gateway.Access;
using Gateway.Settings;
using Gateway.Sockets;

namespace Gateway.Security;

/// <summary>The addresses that the gateway listens on. Only loopback addresses and Unix sockets are allowed unless authentication is configured.</summary>
internal static class ListenAddresses
{
    private const string Default = "http://127.0.0.1:8080";
    private const string KestrelSection = "Kestrel";

    /// <summary>Configures Kestrel with the configured addresses, or with a loopback address if none is configured.</summary>
    /// <param name="builder">The application to configure.</param>
    /// <param name="security">The options that decide whether authentication is required.</param>
    /// <param name="alsoOn">Additional addresses, which only this host can reach.</param>
    /// <exception cref="ConfigurationException">An address is malformed, lacks a certificate, or is open to other hosts without authentication.</exception>
    public static void UseSafeAddresses(this WebApplicationBuilder builder, SecurityOptions security, IReadOnlyList<string> alsoOn)
    {
        var certificates = Check(builder.Configuration, security);
        var configured = Configured(builder.Configuration).ToArray();
        builder.Services.AddSingleton(new ListenSettings(Text(builder.Configuration), !configured.All(IsPrivate)));
        if (configured.Length == 0 || alsoOn.Count > 0)
        {
            builder.WebHost.UseUrls([.. configured.Select(static address => address.Url).DefaultIfEmpty(Default), .. alsoOn]);
        }

        var kestrel = Kestrel(builder.Configuration, alsoOn);
        // Replaces the framework's own configuration, which would listen on new addresses as soon as a file changes.
        builder.WebHost.ConfigureKestrel(options =>
        {
            certificates.Use(options);
            options.Configure(kestrel, reloadOnChange: false);
        });
    }

    /// <inheritdoc cref="UseSafeAddresses" path="/exception"/>
    public static ServerCertificates Check(IConfiguration configuration, SecurityOptions security)
    {
        var malformed = Of(configuration).SelectMany(static address => ListenFaults.Of(address.Key, address.Url)).ToArray();
        string[] faults = malformed.Length > 0 ? malformed : [.. Configured(configuration).Where(address => !IsPrivate(address) && !security.IsRequired()).Select(static address =>
            $"{address.Key} = '{address.Url}' is open to other hosts, and no authentication is configured: set Gateway:Security:ApiKeys or Gateway:Security:Jwt, or listen on 127.0.0.1"),
            .. Of(configuration).SelectMany(address => ListenFaults.OfCertificate(address.Key, address.Url, configuration))];
        if (faults.Length > 0)
        {
            throw new ConfigurationException(faults);
        }

        return ServerCertificates.Of(configuration);
    }

    /// <summary>Returns the URLs that the gateway listens on, each with the configuration key it comes from.</summary>
    public static IReadOnlyList<(string Key, string Url)> Of(IConfiguration configuration) =>
        Configured(configuration).ToArray() is { Length: > 0 } configured ? configured : [("Urls", Default)];

    /// <summary>Returns all listen settings as one text, so that two configurations can be compared.</summary>
    public static string Text(IConfiguration configuration) => string.Join('\n',
    [
        .. Configured(configuration).Select(static address => $"{address.Key}={address.Url}"),
        .. configuration.GetSection(KestrelSection).AsEnumerable().OrderBy(static setting => setting.Key, StringComparer.Ordinal).Select(static setting => $"{setting.Key}={setting.Value}"),
    ]);

    private static IConfigurationRoot Kestrel(ConfigurationManager configuration, IReadOnlyList<string> alsoOn)
    {
        var section = configuration.GetSection(KestrelSection);
        var settings = section.AsEnumerable(makePathsRelative: true).ToList();
        if (section.GetSection("Endpoints").GetChildren().Any())
        {
            // Endpoints in this section override URLs.
            settings.AddRange(alsoOn.Select(static (url, i) => KeyValuePair.Create($"Endpoints:also-{i}:Url", (string?)url)));
        }

        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }

    private static IEnumerable<(string Key, string Url)> Configured(IConfiguration configuration)
    {
        foreach (var endpoint in configuration.GetSection($"{KestrelSection}:Endpoints").GetChildren())
        {
            yield return ($"{endpoint.Path}:Url", endpoint["Url"] ?? "");
        }

        var urls = Split(configuration["urls"]);
        foreach (var url in urls)
        {
            yield return ("Urls", url);
        }

        // The host uses these only if there are no URLs.
        foreach (var (key, scheme) in urls.Length > 0 ? [] : ((string, string)[])[("http_ports", "http"), ("https_ports", "https")])
        {
            foreach (var port in Split(configuration[key]))
            {
                yield return (key, $"{scheme}://*:{port}");
            }
        }
    }

    private static string[] Split(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool IsPrivate((string Key, string Url) configured)
    {
        var address = BindingAddress.Parse(configured.Url);
        return address.IsUnixPipe || Loopback.Is(address.Host);
    }
}

/// <summary>The listen settings at startup.</summary>
/// <param name="Text">The settings as text.</param>
/// <param name="AreOpen">Whether other hosts can reach the gateway.</param>
internal sealed record ListenSettings(string Text, bool AreOpen);
