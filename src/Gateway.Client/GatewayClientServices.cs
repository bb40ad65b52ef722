using QmpGateway.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The client of a gateway, for dependency injection.</summary>
public static class GatewayClientServices
{
    /// <summary>Adds a <see cref="GatewayClient"/> over a client of <see cref="IHttpClientFactory"/>, which the answer configures further.</summary>
    /// <exception cref="InvalidOperationException">There is no address.</exception>
    public static IHttpClientBuilder AddQmpGatewayClient(this IServiceCollection services, Action<GatewayClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new GatewayClientOptions();
        configure(options);
        var address = options.BaseAddress ?? throw new InvalidOperationException($"{nameof(GatewayClientOptions)}.{nameof(options.BaseAddress)} must be set.");
        return services.AddHttpClient(nameof(GatewayClient), http =>
        {
            http.BaseAddress = address;
            // Streams are long, and each request has a time of its own.
            http.Timeout = Timeout.InfiniteTimeSpan;
        }).AddTypedClient(http => new GatewayClient(http, options));
    }
}
