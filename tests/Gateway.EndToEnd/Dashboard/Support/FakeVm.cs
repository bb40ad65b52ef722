using Gateway.EndToEnd.Support;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>A lively fake that a gateway was told of, and is connected to.</summary>
public sealed class FakeVm : IAsyncDisposable
{
    private readonly RealGateway gateway;
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("fake-");

    private FakeVm(RealGateway gateway, string id)
    {
        (this.gateway, Id) = (gateway, id);
        Qemu = new LivelyQemu(Path.Combine(directory.FullName, "qmp.sock"));
    }

    public string Id { get; }

    public LivelyQemu Qemu { get; }

    /// <param name="gateway">The gateway.</param>
    /// <param name="id">The VM.</param>
    /// <param name="labels">A JSON object.</param>
    public static async Task<FakeVm> StartAsync(RealGateway gateway, string id, string labels = "{}")
    {
        var vm = new FakeVm(gateway, id);
        try
        {
            (await gateway.PutAsync($"/vms/{id}", $$"""{"endpoint":"{{vm.Qemu.Endpoint}}","labels":{{labels}}}""")).Json();
            (await gateway.GetAsync($"/vms/{id}/status?until=running")).Json();
            return vm;
        }
        catch
        {
            await vm.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DeleteAsync($"/vms/{Id}");
        await Qemu.DisposeAsync();
        directory.Delete(recursive: true);
    }
}
