using System.Text.Json;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd.Tools;

/// <summary>
/// What generators make of the document compiles under strict rules and calls a gateway: both successes of a lifecycle route, a status that the
/// document does not know, problems, and a 64-bit integer.
/// </summary>
public sealed class GeneratedClientTests(SharedGateway shared)
{
    private const string Generated = "Clients/obj/generated";

    [Fact]
    public async Task A_client_of_openapi_typescript_calls_a_gateway()
    {
        await DocumentTools.RunAsync(DocumentTools.Npm("openapi-typescript"), DocumentTools.Document, "--output", "obj/gateway.d.ts");
        await DocumentTools.RunAsync(DocumentTools.Npm("tsc"), "--project", ".");

        // JavaScript's own numbers are rounded; a client that needs all digits reads the text.
        await AssertCallsAsync("18446744073709552000", "node", "obj/js/client.js");
    }

    [Fact]
    public async Task Clients_of_NSwag_and_Kiota_call_a_gateway()
    {
        // The build takes all that is there, also what an earlier document led to.
        var generated = Directory.CreateDirectory(Path.Combine(DocumentTools.Directory, Generated));
        generated.Delete(recursive: true);
        await DocumentTools.RunAsync(
            "dotnet", "nswag", "openapi2csclient", $"/input:{DocumentTools.Document}", $"/output:{Generated}/NSwagClient.cs", "/namespace:NSwag.Generated",
            "/className:NSwagClient", "/jsonLibrary:SystemTextJson", "/generateNullableReferenceTypes:true", "/generateOptionalParameters:true",
            "/injectHttpClient:true", "/useBaseUrl:false");
        await DocumentTools.RunAsync(
            "dotnet", "kiota", "generate", "--language", "CSharp", "--openapi", DocumentTools.Document, "--class-name", "KiotaClient",
            "--namespace-name", "Kiota.Generated", "--output", $"{Generated}/Kiota", "--clean-output", "--log-level", "Error");
        await DocumentTools.RunAsync("dotnet", "build", "Clients", "--no-restore", "--configuration", "Release", "--verbosity", "quiet");

        foreach (var generator in (string[])["nswag", "kiota"])
        {
            await AssertCallsAsync("18446744073709551615", "dotnet", "Clients/bin/Release/net10.0/Clients.dll", generator);
        }
    }

    private async Task AssertCallsAsync(string register, string program, params string[] arguments)
    {
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, new() { Guest = Guests.Idle });
        await using var qemu = new AnsweringQemu { Status = """{"running": false, "singlestep": false, "status": "dreaming"}""" };
        var odd = $"odd-{Guid.NewGuid():N}";
        (await shared.Gateway.PutAsync($"/vms/{odd}", $$"""{"endpoint":"{{qemu.Endpoint}}"}""")).Json();
        await shared.Gateway.EventAsync(odd, "VM_CONNECTED");
        await qemu.EventAsync(
            "GUEST_PANICKED", """{"action":"pause","info":{"type":"hyper-v","arg1":18446744073709551615,"arg2":1,"arg3":2,"arg4":3,"arg5":4}}""");
        await shared.Gateway.EventAsync(odd, "GUEST_PANICKED");

        var told = await DocumentTools.RunAsync(program, [.. arguments, shared.Gateway.Address.ToString().TrimEnd('/'), vm.Id, odd]);

        Same.Json(
            $$"""
            {"vms":["{{odd}}","{{vm.Id}}"],"status":"running","panicAction":"pause","stopped":"STOP","stoppedAgain":null,"resumed":"RESUME",
             "acknowledged":null,"unknownStatus":"dreaming","problem":"404 urn:qmp-gateway:vm-not-found nobody","errors":["panic"],
             "event":"GUEST_PANICKED","register":"{{register}}"}
            """,
            JsonElement.Parse(told));
        await shared.Gateway.DeleteAsync($"/vms/{odd}");
    }
}
