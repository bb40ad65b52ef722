using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Vms;

/// <summary>A VM that is queried only as its test lets time pass.</summary>
internal static class QuietVm
{
    /// <summary>Connects the VM "web1". Nothing more is asked of it unless time passes.</summary>
    public static async Task<GatewayHost> QuietAsync(FakeTimeProvider? time = null)
    {
        var host = new GatewayHost("web1") { Time = time ?? new FakeTimeProvider() };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        Assert.Single(host.Fake("web1").Received);
        return host;
    }
}
