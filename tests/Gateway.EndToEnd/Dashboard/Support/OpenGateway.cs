using Gateway.EndToEnd.Support;
using Xunit;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>A gateway that asks for no key, for the tests of the dashboard that bring VMs of their own and leave the gateway itself alone.</summary>
public sealed class OpenGateway : IAsyncLifetime
{
    private RealGateway? gateway;

    public RealGateway Gateway => gateway!;

    public async ValueTask InitializeAsync() => gateway = await RealGateway.StartAsync();

    public ValueTask DisposeAsync() => gateway?.DisposeAsync() ?? ValueTask.CompletedTask;
}
