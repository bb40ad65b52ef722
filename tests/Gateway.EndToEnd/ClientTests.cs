using Gateway.EndToEnd.Support;
using QmpGateway.Client;
using QmpGateway.Contracts;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The typed client's reader gets each event once and none left out while the gateway is killed under it.</summary>
public sealed class ClientTests
{
    private const int Rounds = 5;

    [Fact]
    public async Task Events_go_on_over_kills_of_the_gateway()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.KeepsResetting });
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("vm", qemu.Endpoint));
        await gateway.EventAsync("vm", "VM_CONNECTED");
        using var http = new HttpClient { BaseAddress = gateway.Address, Timeout = Timeout.InfiniteTimeSpan };
        var client = new GatewayClient(http, new GatewayClientOptions());
        using var over = new CancellationTokenSource();
        var read = new List<string>();
        var reading = Task.Run(async () =>
        {
            try
            {
                await foreach (var one in client.ReadEventsAsync(new Subscription { After = "start" }, over.Token))
                {
                    lock (read)
                    {
                        read.Add(one.Id);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // All is read.
            }
        });
        for (var round = 0; round < Rounds; round++)
        {
            var before = Count();
            await Poll.UntilAsync(() => Task.FromResult(Count() > before + 5 ? "more" : "none"), "more");
            await gateway.KillAsync();
            await gateway.RestartAsync();
            await gateway.WaitForConnectionAsync("vm", "connected");
        }

        qemu.Signal(QemuSignal.Kill);
        await gateway.EventAsync("vm", "VM_DISCONNECTED", "data.reason=QEMU closed the connection");
        var kept = (await gateway.EventsAsync("")).ConvertAll(static one => one.GetProperty("id").GetString()!);
        await Poll.UntilAsync(() => Task.FromResult(Count() >= kept.Count ? "all" : "some"), "all");
        await over.CancelAsync();
        await reading;
        Assert.Equal(kept, read.Take(kept.Count));

        int Count()
        {
            lock (read)
            {
                return read.Count;
            }
        }
    }
}
