using Gateway.Tests.Security;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Gateway.Tests.Bulk;

/// <summary>Which VMs a request acts on, and which requests are refused as a whole.</summary>
public sealed class BulkSelectionTests
{
    private static readonly (string Vm, string Rack, string Tier)[] Fleet =
        [("db-1", "a", "gold"), ("db-2", "b", "gold"), ("web-1", "a", "gold"), ("web-2", "a", "tin"), ("web-3", "b", "gold")];

    [Theory]
    [InlineData("""{"vms":["*"]}""", "db-1 db-2 web-1 web-2 web-3")]
    [InlineData("""{"vms":["web-*"]}""", "web-1 web-2 web-3")]
    [InlineData("""{"vms":["*-1","web-3","web-3","nothing"]}""", "db-1 web-1 web-3")]
    [InlineData("""{"vms":["web-1"]}""", "web-1")]
    [InlineData("""{"labels":{"rack":"a"}}""", "db-1 web-1 web-2")]
    [InlineData("""{"labels":{"rack":"a","tier":"gold"}}""", "db-1 web-1")]
    [InlineData("""{"vms":["web-*"],"labels":{"rack":"a"}}""", "web-1 web-2")]
    [InlineData("""{"vms":["web-3"],"labels":{"rack":"a"}}""", "")]
    [InlineData("""{"vms":[],"labels":{"tier":"tin"}}""", "web-2")]
    [InlineData("""{"vms":["web-2"],"labels":{}}""", "web-2")]
    [InlineData("""{"vms":null,"labels":{"tier":"tin"},"wait":null,"actions":null,"dryRun":null}""", "web-2")]
    [InlineData("""{"vms":["nothing"]}""", "")]
    [InlineData("""{"labels":{"rack":"A"}}""", "")]
    public async Task Both_criteria_narrow(string selection, string vms)
    {
        await using var host = await StartedAsync();
        string[] expected = vms.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var answer = await host.BulkAsync($$"""{"action":"stop",{{selection[1..]}}""");
        Assert.Equal(expected, answer.Vms());
        Assert.Equal(expected.Select(static vm => $"{vm} stop"), host.SentTo([.. Fleet.Select(static vm => vm.Vm)]));
        if (expected.Length == 0)
        {
            Assert.Equal("""{"items":[],"summary":{}}""", answer.Text);
        }
    }

    [Fact]
    public async Task A_dry_run_only_lists()
    {
        await using var host = await StartedAsync();
        Assert.Equal("""{"items":[{"vm":"web-1"},{"vm":"web-2"}],"summary":{}}""", (await host.BulkAsync("""{"action":"quit","vms":["web-*"],"labels":{"rack":"a"},"dryRun":true}""")).Text);
        Assert.Empty(host.SentTo("web-1", "web-2"));
        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("root", "db-1 db-2 web-1 web-2 web-3")]
    [InlineData("webmaster", "web-1 web-2 web-3")]
    [InlineData("elsewhere", "")]
    public async Task A_caller_acts_on_its_own_VMs_alone(string caller, string vms)
    {
        await using var host = new GatewayHost([.. Fleet.Select(static vm => vm.Vm)]);
        host.WithKey("root", "admin").WithKey("looks", "viewer").WithKey("nothing", null).WithKey("webmaster", "operator", "web-*").WithKey("elsewhere", "operator", "x*")
            // Looks at all of them, and acts on some.
            .Set("Gateway:Security:ApiKeys:webmaster:Grants:1:Role", "viewer");
        await StartAsync(host);

        var answer = await host.BulkAsync("""{"action":"stop","vms":["*"]}""", Keys.As(caller));

        Assert.Equal(vms.Split(' ', StringSplitOptions.RemoveEmptyEntries), answer.Vms());
        foreach (var other in (string[])["looks", "nothing"])
        {
            (await host.BulkAsync("""{"action":"stop","vms":["*"]}""", Keys.As(other))).Problem("forbidden", BulkRequests.Path);
        }
    }

    [Theory]
    [InlineData("""{}""", "action", "vms")]
    [InlineData("""{"action":"stop"}""", "vms")]
    [InlineData("""{"action":"stop","vms":[]}""", "vms")]
    [InlineData("""{"action":"stop","vms":[],"labels":{}}""", "vms")]
    [InlineData("""{"action":"stop","vms":null,"labels":null}""", "vms")]
    [InlineData("""{"action":"stop","vms":"web-1"}""", "vms")]
    [InlineData("""{"action":"stop","vms":["WEB"]}""", "vms")]
    [InlineData("""{"action":"stop","vms":[""]}""", "vms")]
    [InlineData("""{"action":"stop","vms":[7]}""", "vms")]
    [InlineData("""{"action":"stop","labels":{"rack":1}}""", "labels.rack")]
    [InlineData("""{"action":"system_reset","vms":["*"]}""", "action")]
    [InlineData("""{"action":"Stop","vms":["*"]}""", "action")]
    [InlineData("""{"action":null,"vms":["*"]}""", "action")]
    [InlineData("""{"action":"stop","vms":["*"],"wait":0}""", "wait")]
    [InlineData("""{"action":"stop","vms":["*"],"wait":301}""", "wait")]
    [InlineData("""{"action":"stop","vms":["*"],"wait":1.5}""", "wait")]
    [InlineData("""{"action":"stop","vms":["*"],"wait":"5"}""", "wait")]
    [InlineData("""{"action":"nmi","vms":["*"],"wait":5}""", "wait")]
    [InlineData("""{"action":"actions","vms":["*"],"actions":{"panic":"pause"},"wait":5}""", "wait")]
    [InlineData("""{"action":"actions","vms":["*"]}""", "actions")]
    [InlineData("""{"action":"actions","vms":["*"],"actions":{"panic":null}}""", "actions.panic")]
    [InlineData("""{"action":"actions","vms":["*"],"actions":{"pan":"pause","panic":"pause"}}""", "actions.pan")]
    [InlineData("""{"action":"stop","vms":["*"],"actions":{"panic":"pause"}}""", "actions")]
    [InlineData("""{"action":"stop","vms":["*"],"dryRun":"yes"}""", "dryRun")]
    [InlineData("""{"action":"stop","vms":["*"],"hosts":["*"]}""", "hosts")]
    [InlineData("""{"action":"x","wait":0,"dryRun":1,"more":1}""", "action", "dryRun", "more", "vms", "wait")]
    [InlineData("""["stop"]""", "body")]
    public async Task A_faulty_body_is_refused_with_all_its_faults(string body, params string[] fields)
    {
        await using var host = await GatewayHost.ConnectedAsync("web-1");
        (await host.BulkAsync(body)).Invalid(BulkRequests.Path, vm: null, fields);
        Assert.Empty(host.Fake("web-1").Sent);
    }

    [Fact]
    public async Task Any_number_of_ids_is_fine_and_of_patterns_is_not()
    {
        await using var host = await GatewayHost.ConnectedAsync("web-1");
        Assert.Equal(["web-1 done"], (await host.BulkAsync($$"""{"action":"nmi","vms":["web-1",{{Names(5000, "web-x{0}")}}]}""")).Outcomes());
        Assert.Equal(["web-1 done"], (await host.BulkAsync($$"""{"action":"nmi","vms":["web-1",{{Names(100, "x{0}*")}}]}""")).Outcomes());
        var refused = await host.BulkAsync($$"""{"action":"nmi","vms":["web-1",{{Names(101, "x{0}*")}}]}""");
        Assert.Contains("at most 100 patterns", refused.Invalid(BulkRequests.Path, vm: null, "vms").Text("detail"));

        static string Names(int count, string format) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{string.Format(System.Globalization.CultureInfo.InvariantCulture, format, i)}\""));
    }

    [Fact]
    public async Task More_VMs_than_the_limit_are_refused_with_their_number()
    {
        await using var host = new GatewayHost([.. Fleet.Select(static vm => vm.Vm)]).Set("Gateway:Limits:Bulk", "3");
        await StartAsync(host);
        Assert.Equal(3, (await host.BulkAsync("""{"action":"nmi","vms":["web-*"]}""")).Items().Length);
        foreach (var dryRun in (string[])["false", "true"])
        {
            var refused = await host.BulkAsync($$"""{"action":"nmi","vms":["*"],"dryRun":{{dryRun}}}""", ("Idempotency-Key", $"k{dryRun}"));
            var detail = refused.Problem("too-many-vms", BulkRequests.Path, ("outcome", "not-sent")).Text("detail");
            Assert.StartsWith("5 VMs match", detail);
            Assert.Contains("at most 3 (Gateway:Limits:Bulk)", detail);
        }

        Assert.Empty(host.SentTo("db-1", "db-2"));
        // Nothing was done, so the key is free.
        Assert.Equal(["web-1 done"], (await host.BulkAsync("""{"action":"nmi","vms":["web-1"]}""", ("Idempotency-Key", "kfalse"))).Outcomes());
    }

    [Fact]
    public void By_default_a_thousand_VMs_may_be_changed() => Assert.Equal(1000, new Gateway.Limits.LimitsOptions().Bulk);

    [Fact]
    public async Task A_request_under_way_when_the_gateway_was_killed_is_not_run_again()
    {
        var directory = GatewayHost.NewDirectory();
        const string Body = """{"action":"stop","vms":["*"]}""";
        await using (var before = new GatewayHost("a", "b") { DataDirectory = directory, KeepsData = true })
        {
            await before.StartAsync();
            await before.ConnectedAsync("a");
            await before.ConnectedAsync("b");
            Assert.Equal(["a done", "b done"], (await before.BulkAsync(Body, ("Idempotency-Key", "k"))).Outcomes());
        }

        // As a kill leaves it: the key is there, its answer is not.
        await using (var answers = new SqliteConnection($"Data Source={Path.Combine(directory, "answers.db")};Pooling=False"))
        {
            await answers.OpenAsync(TestContext.Current.CancellationToken);
            await using var forget = answers.CreateCommand();
            forget.CommandText = "UPDATE answers SET status = NULL, type = NULL, location = NULL, body = NULL";
            await forget.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var host = new GatewayHost("a", "b") { DataDirectory = directory };
        await host.StartAsync();
        await host.ConnectedAsync("a");
        await host.ConnectedAsync("b");
        (await host.BulkAsync(Body, ("Idempotency-Key", "k"))).Problem("outcome-unknown", BulkRequests.Path, ("outcome", "unknown"));
        Assert.Empty(host.SentTo("a", "b"));
        Assert.Equal("- stop unknown outcome-unknown", host.Records()[^1].Told());
    }

    private static async Task<GatewayHost> StartedAsync()
    {
        var host = new GatewayHost([.. Fleet.Select(static vm => vm.Vm)]);
        await StartAsync(host);
        return host;
    }

    private static async Task StartAsync(GatewayHost host)
    {
        foreach (var (vm, rack, tier) in Fleet)
        {
            host.Set($"Gateway:Vms:{vm}:Labels:rack", rack).Set($"Gateway:Vms:{vm}:Labels:tier", tier);
        }

        await host.StartAsync();
        foreach (var (vm, _, _) in Fleet)
        {
            await host.ConnectedAsync(vm);
        }
    }
}
