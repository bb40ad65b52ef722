using Gateway.Tests.Security;
using Xunit;

namespace Gateway.Tests.OpenApi;

/// <summary>Swagger UI offers the gateway's own description, and those of the VMs that the caller may see and that can be tried.</summary>
public sealed class SwaggerDocumentsTests
{
    [Fact]
    public async Task A_caller_is_offered_the_connected_VMs_of_its_grants()
    {
        await using var host = new GatewayHost("db1", "web1", "web2").WithKey("web", "viewer", "web*").WithKey("all", "admin");
        host.Fake("web2").IsListening = false;
        await host.StartAsync();
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.Attempts == 0 && host.Snapshot("db1").Connection.Attempts == 0, "connected");
        Assert.Equal(["/openapi/gateway.v1.json", "/vms/web1/openapi.json"], await UrlsAsync("web"));
        Assert.Equal(["/openapi/gateway.v1.json", "/vms/db1/openapi.json", "/vms/web1/openapi.json"], await UrlsAsync("all"));

        async Task<IEnumerable<string?>> UrlsAsync(string caller) => (await host.GetAsync("/swagger/documents.json", Keys.As(caller))).Ok()
            .GetProperty("urls").EnumerateArray().Select(static document => document.GetProperty("url").GetString());
    }
}
