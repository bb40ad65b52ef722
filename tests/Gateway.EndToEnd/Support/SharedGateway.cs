using Gateway.EndToEnd.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedGateway))]

namespace Gateway.EndToEnd.Support;

/// <summary>One gateway for all tests that bring VMs of their own and leave the gateway itself alone.</summary>
public sealed class SharedGateway : IAsyncLifetime
{
    private RealGateway? gateway;

    public RealGateway Gateway => gateway!;

    public async ValueTask InitializeAsync()
    {
        gateway = await RealGateway.StartAsync();
        if (ThroughPrism.IsOn)
        {
            gateway.Through = await Prism.StartAsync(gateway.Address);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (gateway?.Through is { } prism)
        {
            await prism.DisposeAsync();
        }

        if (gateway is not null)
        {
            await gateway.DisposeAsync();
        }
    }
}
