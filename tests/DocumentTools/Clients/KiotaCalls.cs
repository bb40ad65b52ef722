using Kiota.Generated;
using Kiota.Generated.Models;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Http.HttpClientLibrary;

namespace Clients;

/// <summary>The calls, by what Kiota wrote.</summary>
internal static class KiotaCalls
{
    public static async Task<Told> RunAsync(HttpClient http, string vm, string odd)
    {
        using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http) { BaseUrl = http.BaseAddress!.ToString().TrimEnd('/') };
        var client = new KiotaClient(adapter);
        var (one, other) = (client.Vms[vm], client.Vms[odd]);
        var vms = (await client.Vms.GetAsync())!.Items!.Select(static item => item.Id!).Where(id => id == vm || id == odd);
        var status = await one.Status.GetAsync();
        var actions = await one.Actions.PutAsync(new VmActions { Panic = "pause" });
        var stopped = await one.Stop.PostAsync(static request => request.QueryParameters.Wait = 10);
        var stoppedAgain = await one.Stop.PostAsync(static request => request.QueryParameters.Wait = 10);
        var resumed = await one.Cont.PostAsync(static request => request.QueryParameters.Wait = 10);
        var acknowledged = await one.Cont.PostAsync();
        var unknown = await other.Status.GetAsync();
        var missing = await ProblemAsync(client.Vms["nobody"].Status.GetAsync());
        var refused = await ProblemAsync(one.Actions.PutAsync(new VmActions { Panic = "explode" }));
        var page = await client.Events.GetAsync(request =>
        {
            (request.QueryParameters.Vm, request.QueryParameters.Event, request.QueryParameters.After) = ([odd], ["GUEST_PANICKED"], "start");
        });
        var panic = page!.Items![0];
        var info = (UntypedObject)((UntypedObject)panic.Data!).GetValue()["info"];
        return new Told(
            [.. vms], status!.Status!.String, actions!.Panic, stopped?.Event, stoppedAgain?.Event, resumed?.Event, acknowledged?.Event,
            unknown!.Status!.String, $"{missing.ResponseStatusCode} {missing.Type} {missing.Vm}", [.. refused.Errors!.AdditionalData.Keys], panic.Event,
            await KiotaJsonSerializer.SerializeAsStringAsync(info.GetValue()["arg1"]));
    }

    private static async Task<Problem> ProblemAsync(Task call)
    {
        try
        {
            await call;
            throw new InvalidOperationException("It was no problem.");
        }
        catch (Problem refused)
        {
            return refused;
        }
    }
}
