using System.Text.Json;
using Gateway.Tests.Security;
using Xunit;

namespace Gateway.Tests.OpenApi;

/// <summary>The description that a gateway serves is about that gateway, and for that caller.</summary>
public sealed class ServedDescriptionTests
{
    private const string Document = "/openapi/gateway.v1.json";

    [Fact]
    public async Task The_VM_to_try_is_one_that_is_connected()
    {
        await using var host = new GatewayHost("db1", "web1");
        host.Fake("db1").IsListening = false;
        await host.StartAsync();
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.IsInUse, "connected");
        Assert.Equal("web1", Example((await host.GetAsync(Document)).Ok()));
    }

    [Fact]
    public async Task The_VM_to_try_is_one_that_the_caller_sees()
    {
        await using var host = new GatewayHost("db1", "web1").WithKey("web", "viewer", "web*");
        await host.StartAsync();
        Assert.Equal("web1", Example((await host.GetAsync(Document, Keys.As("web"))).Ok()));
    }

    [Fact]
    public async Task A_credential_is_asked_for_only_where_keys_are_configured()
    {
        await using var open = new GatewayHost();
        await open.StartAsync();
        Assert.False((await open.GetAsync(Document)).Ok().TryGetProperty("security", out _));

        await using var closed = new GatewayHost().WithKey("ci", "viewer");
        await closed.StartAsync();
        Assert.Equal("""[{"credential":[]}]""", (await closed.GetAsync(Document, Keys.As("ci"))).Ok().GetProperty("security").GetRawText().Replace(" ", "").Replace("\n", ""));
    }

    [Fact]
    public async Task What_the_policy_denies_says_so_in_its_summary()
    {
        await using var host = new GatewayHost("db1", "web1")
            .Set("Gateway:CommandPolicy:Rules:a:Command", "quit").Set("Gateway:CommandPolicy:Rules:a:Effect", "deny")
            .Set("Gateway:CommandPolicy:Rules:b:Command", "stop").Set("Gateway:CommandPolicy:Rules:b:Effect", "deny").Set("Gateway:CommandPolicy:Rules:b:Vms:0", "db*");
        await host.StartAsync();
        var document = (await host.GetAsync(Document)).Ok();
        Assert.EndsWith("(denied by the command policy)", Summary("quit"));
        Assert.EndsWith("(denied by the command policy for some VMs)", Summary("stop"));
        Assert.DoesNotContain("denied", Summary("cont"));

        string Summary(string route) => document.GetProperty("paths").GetProperty($"/vms/{{vm}}/{route}").GetProperty("post").GetProperty("summary").GetString()!;
    }

    private static string? Example(JsonElement document) => document.GetProperty("paths").GetProperty("/vms/{vm}").GetProperty("get")
        .GetProperty("parameters").EnumerateArray().Single().GetProperty("example").GetString();
}
