using Gateway.Tests.Security;
using Xunit;

namespace Gateway.Tests.Bulk;

/// <summary>The audit log has a record for each VM, and one for a request that is refused as a whole.</summary>
public sealed class BulkAuditTests
{
    [Fact]
    public async Task Each_VM_has_its_record()
    {
        await using var host = new GatewayHost("a", "b", "c").WithKey("root", "admin")
            .Set("Gateway:CommandPolicy:Rules:no:Command", "*").Set("Gateway:CommandPolicy:Rules:no:Effect", "deny").Set("Gateway:CommandPolicy:Rules:no:Vms:0", "c");
        host.Fake("b").Refuse("system_reset");
        await host.StartAsync();
        foreach (var vm in (string[])["a", "b", "c"])
        {
            await host.ConnectedAsync(vm);
        }

        var answer = await host.BulkAsync("""{"action":"reset","vms":["*"],"wait":5}""", Keys.As("root"));

        Assert.Equal(["a system_reset done -", "b system_reset refused command-refused", "c system_reset forbidden command-forbidden"], host.Records().Select(BulkRequests.Told).Order());
        Assert.All(host.Records(), record => Assert.Equal(
            ("root", "key", "POST", BulkRequests.Path, answer.Items()[1].GetProperty("problem").Text("traceId"), false),
            (record.Text("who"), record.Text("whoKind"), record.Text("method"), record.Text("path"), record.Text("traceId"), record.GetProperty("replayed").GetBoolean())));
    }

    [Fact]
    public async Task The_arguments_of_actions_are_recorded()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        await host.BulkAsync("""{"action":"actions","vms":["*"],"actions":{"panic":"pause"}}""");
        var record = Assert.Single(host.Records());
        Assert.Equal(("a set-action done -", """{"panic":"pause"}"""), (record.Told(), record.GetProperty("arguments").GetRawText()));
    }

    [Fact]
    public async Task A_request_that_acts_on_no_VM_has_one_record()
    {
        await using var host = new GatewayHost("a").WithKey("root", "admin").WithKey("looks", "viewer").Set("Gateway:Limits:Bulk", "1");
        await host.StartAsync();
        await host.ConnectedAsync("a");
        const string Body = """{"action":"quit","vms":["x*"]}""";
        foreach (var (caller, body, told) in new[]
        {
            ("root", Body, "- quit done -"),
            ("looks", Body, "- quit forbidden forbidden"),
            ("root", """{"action":"quit","vms":["x*"],"wait":0}""", "- - not-sent invalid-request"),
            ("root", """{"action":"boil","vms":["x*"]}""", "- - not-sent invalid-request"),
        })
        {
            var before = host.Records().Length;
            await host.BulkAsync(body, Keys.As(caller));
            var record = Assert.Single(host.Records()[before..]);
            Assert.Equal((told, caller), (record.Told(), record.Text("who")));
            if (body == Body)
            {
                Assert.Equal("x*", record.GetProperty("arguments").GetProperty("vms")[0].GetString());
            }
        }
    }

    [Fact]
    public async Task A_replay_has_one_record_that_says_so()
    {
        await using var host = await GatewayHost.ConnectedAsync("a", "b");
        const string Body = """{"action":"reset","vms":["*"]}""";
        await host.BulkAsync(Body, ("Idempotency-Key", "k"));
        Assert.Equal(2, host.Records().Length);
        await host.BulkAsync(Body, ("Idempotency-Key", "k"));
        var replay = Assert.Single(host.Records()[2..]);
        Assert.Equal(("- system_reset done -", true), (replay.Told(), replay.GetProperty("replayed").GetBoolean()));
    }
}
