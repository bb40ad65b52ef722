using Gateway.Api.Json;
using MessagePack;
using MessagePack.Resolvers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Gateway.Hubs;

/// <summary>The SignalR hub.</summary>
public static class HubServices
{
    /// <summary>Adds the hub, with the JSON and MessagePack protocols.</summary>
    public static IServiceCollection AddEventsHub(this IServiceCollection services)
    {
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

        services.AddSingleton<EventHubConnections>();
        services.AddSingleton<HubLifetimeManager<EventsHub>>(static provider => provider.GetRequiredService<EventHubConnections>());
        return services;
    }
}
