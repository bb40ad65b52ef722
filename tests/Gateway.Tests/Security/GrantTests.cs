using Xunit;

namespace Gateway.Tests.Security;

/// <summary>What a caller may not see does not exist for it.</summary>
public sealed class GrantTests
{
    [Fact]
    public async Task A_hidden_VM_is_answered_like_a_missing_one_whatever_is_asked_of_it()
    {
        await using var host = await TwoAsync();
        foreach (var (method, path) in ((string, string)[])[
            ("GET", ""), ("GET", "/status"), ("GET", "/actions"), ("GET", "/events"), ("PUT", "/actions"), ("POST", "/stop"), ("POST", "/qmp"), ("DELETE", "")])
        {
            var hidden = await host.SendAsync(method, $"/vms/db1{path}", method is "GET" or "DELETE" ? null : "{}", Keys.As("web"));
            hidden.Problem("vm-not-found", $"/vms/db1{path}", ("vm", "db1"));
            var missing = await host.SendAsync(method, $"/vms/db2{path}", method is "GET" or "DELETE" ? null : "{}", Keys.As("web"));
            Assert.Equal(hidden.Json.Text("detail")!.Replace("db1", "db2"), missing.Json.Text("detail"));
        }

        Assert.Empty(host.Fake("db1").Sent);
    }

    [Fact]
    public async Task Lists_and_the_default_VM_know_only_what_can_be_seen()
    {
        await using var host = await TwoAsync();
        Assert.Equal(["web1"], (await host.GetAsync("/vms", Keys.As("web"))).Ok().GetProperty("items").EnumerateArray().Select(static vm => vm.Text("id")));
        Assert.Empty((await host.GetAsync("/vms", Keys.As("nothing"))).Ok().GetProperty("items").EnumerateArray());
        (await host.GetAsync("/status", Keys.As("web"))).Ok();
        (await host.GetAsync("/status", Keys.As("nothing"))).Problem("vm-not-found", "/status");
        (await host.GetAsync("/status", Keys.As("root"))).Problem("vm-ambiguous", "/status", ("vms", """["db1","web1"]"""));
    }

    [Fact]
    public async Task No_reader_gets_events_of_a_hidden_VM()
    {
        await using var host = await TwoAsync();
        var seen = (await host.GetAsync("/events?after=start", Keys.As("web"))).Ok().GetProperty("items").EnumerateArray().Select(static e => e.Text("vm")).Distinct();
        Assert.Equal(["web1"], seen);
        Assert.Empty((await host.GetAsync("/events?vm=db1", Keys.As("web"))).Ok().GetProperty("items").EnumerateArray());
        Assert.Empty((await host.GetAsync("/events", Keys.As("nothing"))).Ok().GetProperty("items").EnumerateArray());

        await using var stream = await SseReader.OpenAsync(host, "/events", Keys.As("web"));
        await host.Fake("db1").EventAsync("STOP");
        await host.EventAsync("db1", "STOP");
        await host.Fake("web1").EventAsync("RESUME");
        Assert.Equal("RESUME", (await stream.NextAsync()).Name);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/metrics/")]
    [InlineData("/METRICS/")]
    [InlineData("/%6Detrics/?x")]
    public async Task Metrics_show_no_hidden_VM_however_their_path_is_spelled(string path)
    {
        await using var host = await TwoAsync();
        var shown = await host.GetAsync(path, Keys.As("looks-at-web"));
        Assert.Equal(200, shown.Status);
        Assert.Contains("vm=\"web1\"", shown.Text);
        Assert.DoesNotContain("db1", shown.Text);
        Assert.DoesNotContain("qmp_gateway_vms", shown.Text);
    }

    [Fact]
    public async Task A_role_takes_what_is_below_it_and_no_more()
    {
        await using var host = await TwoAsync();
        (await host.PostAsync("/vms/web1/stop", null, Keys.As("looks"))).Problem("forbidden", "/vms/web1/stop", ("vm", "web1"));
        (await host.PostAsync("/vms/web1/stop", null, Keys.As("web"))).NoContent();
        (await host.PostAsync("/vms/web1/qmp", """{"execute":"query-version"}""", Keys.As("web"))).Problem("forbidden", "/vms/web1/qmp", ("vm", "web1"));
        (await host.GetAsync("/metrics", Keys.As("nothing"))).Problem("forbidden", "/metrics");
        Assert.Equal(200, (await host.GetAsync("/metrics", Keys.As("looks"))).Status);
        foreach (var vm in (string[])["db1", "web1", "new"])
        {
            (await host.PutAsync($"/vms/{vm}", """{"endpoint":"unix:/x"}""", Keys.As("web"))).Problem("forbidden", $"/vms/{vm}", ("vm", vm));
        }
    }

    [Fact]
    public async Task Everybody_can_ask_who_it_is_and_what_it_may_do()
    {
        await using var host = await TwoAsync();
        Assert.Equal("""{"who":"web","grants":[{"role":"operator","vms":["web*"]}]}""", (await host.GetAsync("/me", Keys.As("web"))).Text);
        Assert.Equal("""{"who":"root","grants":[{"role":"admin","vms":["*"]}]}""", (await host.GetAsync("/me", Keys.As("root"))).Text);
        Assert.Equal("""{"who":"nothing","grants":[]}""", (await host.GetAsync("/me", Keys.As("nothing"))).Text);
        (await host.GetAsync("/me")).Problem("unauthenticated", "/me");

        await using var open = await GatewayHost.ConnectedAsync("web1");
        Assert.Equal("""{"who":"anonymous","grants":[{"role":"admin","vms":["*"]}]}""", (await open.GetAsync("/me")).Text);
    }

    private static async Task<GatewayHost> TwoAsync()
    {
        var host = new GatewayHost("web1", "db1").WithKey("root", "admin").WithKey("looks", "viewer").WithKey("looks-at-web", "viewer", "web*").WithKey("web", "operator", "web*").WithKey("nothing", null);
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.ConnectedAsync("db1");
        return host;
    }
}
