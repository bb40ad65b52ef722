using System.Net;
using Gateway.Configuration;

namespace Gateway.Security;

/// <summary>Where the gateway listens: on loopback, unless callers have to prove who they are.</summary>
internal static class ListenAddresses
{
    private const string Default = "http://127.0.0.1:8080";

    /// <summary>Listens on loopback where nothing else is configured.</summary>
    /// <param name="builder">The program.</param>
    /// <param name="security">Whether callers have to prove who they are.</param>
    /// <param name="alsoOn">Further addresses, which are private.</param>
    /// <exception cref="ConfigurationException">An address is open to others, and nothing asks who they are.</exception>
    public static void UseSafeAddresses(this WebApplicationBuilder builder, SecurityOptions security, IReadOnlyList<string> alsoOn)
    {
        Check(builder.Configuration, security);
        var configured = Configured(builder.Configuration).ToArray();
        if (configured.Length == 0 || alsoOn.Count > 0)
        {
            builder.WebHost.UseUrls([.. configured.Select(static address => address.Url).DefaultIfEmpty(Default), .. alsoOn]);
        }

        if (builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            // These win over URLs.
            builder.Configuration.AddInMemoryCollection(alsoOn.Select(static (url, i) => KeyValuePair.Create($"Kestrel:Endpoints:also-{i}:Url", (string?)url)));
        }
    }

    /// <inheritdoc cref="UseSafeAddresses" path="/exception"/>
    public static void Check(IConfiguration configuration, SecurityOptions security)
    {
        var faults = Configured(configuration).Where(address => !IsPrivate(address) && !security.IsRequired()).Select(static address =>
            $"{address.Key} = '{address.Url}' is open to other hosts, and no authentication is configured: set Gateway:Security:ApiKeys or Gateway:Security:Jwt, or listen on 127.0.0.1").ToArray();
        if (faults.Length > 0)
        {
            throw new ConfigurationException(faults);
        }
    }

    private static IEnumerable<(string Key, string Url)> Configured(IConfiguration configuration)
    {
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            yield return ($"{endpoint.Path}:Url", endpoint["Url"] ?? "");
        }

        foreach (var url in Split(configuration["urls"]))
        {
            yield return ("Urls", url);
        }

        foreach (var key in (string[])["http_ports", "https_ports"])
        {
            foreach (var port in Split(configuration[key]))
            {
                yield return (key, $"http://*:{port}");
            }
        }
    }

    private static string[] Split(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool IsPrivate((string Key, string Url) configured)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(configured.Url);
        }
        catch (FormatException malformed)
        {
            throw new ConfigurationException($"{configured.Key} = '{configured.Url}' is no address to listen on: {malformed.Message}");
        }

        return address.IsUnixPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
