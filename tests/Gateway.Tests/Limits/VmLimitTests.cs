using Xunit;

namespace Gateway.Tests.Limits;

/// <summary>The API makes so many VMs known; those of configuration and discovery do not count.</summary>
public sealed class VmLimitTests
{
    [Fact]
    public async Task The_API_makes_so_many_VMs_known()
    {
        await using var host = await StartAsync(2);
        (await PutAsync(host, "a")).Ok(201);
        (await PutAsync(host, "b")).Ok(201);
        Refused(await PutAsync(host, "c", ("Idempotency-Key", "k")));
        Refused(await PutAsync(host, "c"));
        Assert.Equal(["a", "b", "mine"], host.Vms.All.Select(static vm => vm.Id));
        (await PutAsync(host, "a")).Ok();
        (await PutAsync(host, "mine")).Problem("vm-owned", "/vms/mine", ("vm", "mine"));

        (await host.SendAsync("DELETE", "/vms/b")).NoContent();
        (await PutAsync(host, "c", ("Idempotency-Key", "k"))).Ok(201);
        Refused(await PutAsync(host, "b"), "b");
    }

    [Fact]
    public async Task VMs_that_stand_already_stay_when_the_limit_is_lower()
    {
        var directory = GatewayHost.NewDirectory();
        await using (var before = await StartAsync(2, directory, keeps: true))
        {
            (await PutAsync(before, "a")).Ok(201);
            (await PutAsync(before, "b")).Ok(201);
        }

        await using var host = await StartAsync(0, directory);
        Assert.Equal(["a", "b", "mine"], host.Vms.All.Select(static vm => vm.Id));
        (await PutAsync(host, "a")).Ok();
        Refused(await PutAsync(host, "c"));
    }

    private static async Task<GatewayHost> StartAsync(int vms, string? directory = null, bool keeps = false)
    {
        var host = new GatewayHost("mine") { DataDirectory = directory ?? GatewayHost.NewDirectory(), KeepsData = keeps };
        host.Set("Gateway:Limits:Vms", $"{vms}");
        await host.StartAsync();
        return host;
    }

    private static Task<Answer> PutAsync(GatewayHost host, string vm, params (string Name, string Value)[] headers) =>
        host.PutAsync($"/vms/{vm}", $$"""{"endpoint":"{{GatewayHost.EndpointOf(vm)}}"}""", headers);

    private static void Refused(Answer answer, string vm = "c") => Assert.Contains(
        "Gateway:Limits:Vms ", answer.Problem("rate-limited", $"/vms/{vm}", ("vm", vm), ("outcome", "not-sent")).Text("detail"), StringComparison.Ordinal);
}
