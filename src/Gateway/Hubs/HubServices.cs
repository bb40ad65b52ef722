using Gateway.Json;
using Gateway.Requests.Reading;
using MessagePack;
using MessagePack.Resolvers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Gateway.Hubs;

/// <summary>Registers and maps the SignalR hub.</summary>
public static class HubServices
{
    /// <summary>Adds the hub, with the JSON and MessagePack protocols.</summary>
    public static IServiceCollection AddEventsHub(this IServiceCollection services)
    {
        services.AddSingleton<HubErrors>();
        // HubErrors reports failures to the client, and logs those that are bugs of the gateway.
        services.AddLogging(static logging => logging.AddFilter("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.None));
        services.AddSignalR(options => options.AddFilter<HubErrors>())
            .AddJsonProtocol(options => JsonReading.Configure(options.PayloadSerializerOptions))
            .AddMessagePackProtocol(options => options.SerializerOptions = MessagePackSerializerOptions.Standard
                .WithResolver(CompositeResolver.Create([new JsonTextFormatter()], [StandardResolver.Instance]))
                .WithSecurity(MessagePackSecurity.UntrustedData));
        foreach (var protocol in services.Where(static service => service.ServiceType == typeof(IHubProtocol)).ToArray())
        {
            services.Remove(protocol);
            services.AddSingleton<IHubProtocol>(provider =>
                new PlainErrors((IHubProtocol)ActivatorUtilities.CreateInstance(provider, protocol.ImplementationType!)));
        }

        services.AddSingleton<LargeMessages>();
        services.AddSingleton<EventHubConnections>();
        services.AddSingleton<HubLifetimeManager<EventsHub>>(static provider => provider.GetRequiredService<EventHubConnections>());
        return services;
    }

    /// <summary>Maps the hub, with bounds on the buffers and the time of clients that do not read.</summary>
    public static void MapEventsHub(this IEndpointRouteBuilder routes) => routes.MapHub<EventsHub>(EventsHub.Path[1..], static connections =>
    {
        connections.CloseOnAuthenticationExpiration = true;
        connections.TransportMaxBufferSize = ReaderBounds.Transport;
        connections.ApplicationMaxBufferSize = ReaderBounds.Transport;
        connections.TransportSendTimeout = ReaderBounds.Stall;
    });
}
