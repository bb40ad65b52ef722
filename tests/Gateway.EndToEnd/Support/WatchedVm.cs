using System.Text.Json;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd.Support;

/// <summary>A real QEMU that a gateway was told of, and is connected to.</summary>
public sealed class WatchedVm : IAsyncDisposable
{
    private static int count;

    private WatchedVm(RealGateway gateway, RealQemu qemu, string id) => (Gateway, Qemu, Id) = (gateway, qemu, id);

    public RealGateway Gateway { get; }

    public RealQemu Qemu { get; }

    public string Id { get; }

    public static async Task<WatchedVm> StartAsync(RealGateway gateway, QemuOptions options)
    {
        var vm = new WatchedVm(gateway, await RealQemu.StartAsync(options), $"vm-{Interlocked.Increment(ref count)}");
        try
        {
            await vm.PutAsync("", $$"""{"endpoint":"{{vm.Qemu.Endpoint}}"}""");
            await vm.Gateway.EventAsync(vm.Id, "VM_CONNECTED");
            return vm;
        }
        catch
        {
            await vm.DisposeAsync();
            throw;
        }
    }

    public Task<Answer> GetAsync(string route) => Gateway.GetAsync($"/vms/{Id}{route}");

    public Task<Answer> PostAsync(string route, string? body = null) => Gateway.PostAsync($"/vms/{Id}{route}", body);

    /// <summary>Puts, and expects it to succeed.</summary>
    public async Task<JsonElement> PutAsync(string route, string body) => (await Gateway.PutAsync($"/vms/{Id}{route}", body)).Json();

    /// <summary>Lets the guest run, by the gateway, and sees that it does.</summary>
    public async Task ContinueAsync()
    {
        var resumed = (await PostAsync("/cont?wait=20")).Json();
        Assert.Equal("RESUME", resumed.GetProperty("event").GetString());
    }

    /// <summary>Waits for an event by the gateway's history.</summary>
    public Task<JsonElement> EventAsync(string name, string filter = "") => Gateway.EventAsync(Id, name, filter);

    public async Task<string?> StatusAsync() => (await GetAsync("/status")).Json().GetProperty("status").GetString();

    /// <summary>What the gateway and QEMU say of it, for the message of a test that failed.</summary>
    public async Task<string> DescribeAsync() => $"""
        gateway: {(await GetAsync("")).Text}
        QEMU: {await Qemu.Side.StatusAsync()}, {string.Join(' ', Qemu.Side.Events)}
        journal: {string.Join('\n', await Gateway.EventsAsync($"vm={Id}"))}
        """;

    public async ValueTask DisposeAsync()
    {
        await Gateway.DeleteAsync($"/vms/{Id}");
        await Qemu.DisposeAsync();
    }
}
