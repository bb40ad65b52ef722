using System.Globalization;
using System.Text.Json;
using NSwag.Generated;

namespace Clients;

/// <summary>The calls, by what NSwag wrote.</summary>
internal static class NSwagCalls
{
    public static async Task<Told> RunAsync(HttpClient http, string vm, string odd)
    {
        var client = new NSwagClient(http);
        var vms = (await client.ListVmsAsync()).Items.Select(static one => one.Id).Where(id => id == vm || id == odd);
        var status = await client.GetStatusAsync(vm);
        var actions = await client.PutActionsAsync(vm, body: new VmActions { Panic = "pause" });
        var stopped = await client.StopAsync(vm, wait: 10);
        var stoppedAgain = await client.StopAsync(vm, wait: 10);
        var resumed = await client.ContAsync(vm, wait: 10);
        var acknowledged = await client.ContAsync(vm);
        var unknown = await client.GetStatusAsync(odd);
        var missing = await ProblemAsync(client.GetStatusAsync("nobody"));
        var refused = await ProblemAsync(client.PutActionsAsync(vm, body: new VmActions { Panic = "explode" }));
        var page = await client.ReadEventsAsync(vm: [odd], @event: ["GUEST_PANICKED"], after: "start");
        var panic = page.Items.First();
        var data = JsonSerializer.Deserialize<GuestPanickedEvent>((JsonElement)panic.Data);
        var info = ((JsonElement)panic.Data).GetProperty("info").Deserialize<GuestPanicInformationHyperV>();
        return new Told(
            [.. vms], status.Status, actions.Panic, stopped.Event, stoppedAgain.Event, resumed.Event, acknowledged.Event, unknown.Status,
            $"{missing.Status} {missing.Type} {missing.Vm}", [.. refused.Errors!.Keys], panic.Event,
            data?.Info?.Type == "hyper-v" ? info?.Arg1.ToString(CultureInfo.InvariantCulture) : null);
    }

    private static async Task<Problem> ProblemAsync(Task call)
    {
        try
        {
            await call;
            throw new InvalidOperationException("It was no problem.");
        }
        catch (ApiException<Problem> refused)
        {
            return refused.Result;
        }
    }
}
