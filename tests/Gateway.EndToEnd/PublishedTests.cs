using Gateway.EndToEnd.Support;
using TestSupport;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>What is deployed brings its runtime along, and is compiled another way than what is built.</summary>
public sealed class PublishedTests
{
    [Fact]
    public async Task It_needs_no_dotnet_and_does_what_the_built_one_does()
    {
        Assert.True(File.Exists(PublishedGateway.Program), $"no {PublishedGateway.Program}: tests/run.sh publishes it");
        await using var gateway = await RealGateway.StartPublishedAsync();
        await using var vm = await WatchedVm.StartAsync(gateway, new() { Guest = Guests.Idle });
        await vm.PostAsync("/stop?wait=30");
        Assert.Contains("\"paused\"", await gateway.Http.GetStringAsync($"/vms/{vm.Id}/status"), StringComparison.Ordinal);
        Assert.Contains("\"STOP\"", await gateway.Http.GetStringAsync($"/vms/{vm.Id}/events"), StringComparison.Ordinal);
        Assert.Contains("/vms/{vm}/status", await gateway.Http.GetStringAsync("/openapi/gateway.v1.json"), StringComparison.Ordinal);
    }
}
