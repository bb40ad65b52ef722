using System.Net;
using Gateway.Access;
using Gateway.Settings;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Gateway.Security;

/// <summary>
/// Takes the caller's address, the scheme and the host from the <c>X-Forwarded-*</c> headers of trusted proxies. The headers are read from the right up to
/// the first address that is not a trusted proxy. <see cref="RequestGuard"/> checks the resulting host, as it does for every request.
/// </summary>
internal sealed class TrustedProxies(RequestDelegate next, Current<SecurityOptions> current, ILoggerFactory logs)
{
    private const string Unix = "unix";

    private volatile Trust? trust;

    public Task InvokeAsync(HttpContext context)
    {
        if (current.Value.TrustedProxies is { Count: > 0 } proxies)
        {
            Of(proxies).Apply(context);
        }

        return next(context);
    }

    /// <summary>Validates the configured proxies.</summary>
    public static IEnumerable<string> Faults(string key, IEnumerable<string> proxies) => proxies.SelectMany((proxy, i) => Fault.Unless(
        proxy == Unix || IPAddress.TryParse(proxy, out _) || IPNetwork.TryParse(proxy, out _),
        $"{key}:{i} = '{proxy}' must be an address, a network such as 10.0.0.0/8, or unix"));

    // A reload creates a new list.
    private Trust Of(List<string> proxies) => trust is { } known && known.Proxies == proxies ? known : trust = new Trust(proxies, logs);

    private sealed class Trust
    {
        private readonly ForwardedHeadersMiddleware headers;
        private readonly bool overUnix;

        public Trust(List<string> proxies, ILoggerFactory logs)
        {
            Proxies = proxies;
            overUnix = proxies.Contains(Unix);
            var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All & ~ForwardedHeaders.XForwardedPrefix, ForwardLimit = null };
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            // The framework trusts every address if the list is empty. No connection comes from this one.
            options.KnownProxies.Add(IPAddress.None);
            foreach (var proxy in proxies)
            {
                if (IPAddress.TryParse(proxy, out var address))
                {
                    options.KnownProxies.Add(address);
                }
                else if (IPNetwork.TryParse(proxy, out var network))
                {
                    options.KnownIPNetworks.Add(network);
                }
            }

            headers = new ForwardedHeadersMiddleware(static _ => Task.CompletedTask, logs, Options.Create(options));
        }

        public List<string> Proxies { get; }

        public void Apply(HttpContext context)
        {
            // A client on a Unix socket has no address, and the framework would trust it.
            if (overUnix || context.Connection.RemoteIpAddress is not null)
            {
                headers.ApplyForwarders(context);
            }
        }
    }
}
