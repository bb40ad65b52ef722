using QmpGateway.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client of a gateway for dependency injection.</summary>
public static class GatewayClientServices
{
    /// <summary>Adds a <see cref="GatewayClient"/> that uses <see cref="IHttpClientFactory"/>. Use the returned builder to configure its <see cref="HttpClient"/>.</summary>
    /// <exception cref="InvalidOperationException">The options have no address.</exception>
    public static IHttpClientBuilder AddQmpGatewayClient(this IServiceCollection services, Action<GatewayClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new GatewayClientOptions();
        configure(options);
        var address = options.BaseAddress ?? throw new InvalidOperationException($"{nameof(GatewayClientOptions)}.{nameof(options.BaseAddress)} must be set.");
        return services.AddHttpClient(nameof(GatewayClient), http =>
        {
            http.BaseAddress = address;
            // Event streams are long-lived, and each request has its own timeout.
            http.Timeout = Timeout.InfiniteTimeSpan;
        }).AddTypedClient(http => new GatewayClient(http, options));
    }
}
