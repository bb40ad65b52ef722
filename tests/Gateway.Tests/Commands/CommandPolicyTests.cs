using System.Text.Json;
using Gateway.Access;
using Gateway.Commands;
using Gateway.Vms;
using Xunit;

namespace Gateway.Tests.Commands;

/// <summary>Which commands the policy lets through, with which arguments.</summary>
public sealed class CommandPolicyTests
{
    [Theory]
    [InlineData("query-block", true)]
    [InlineData("x-query-roms", true)]
    [InlineData("qom-list", true)]
    [InlineData("set-action", true)]
    [InlineData("stop", true)]
    [InlineData("system_reset", true)]
    [InlineData("quit", false)]
    [InlineData("human-monitor-command", false)]
    [InlineData("Query-block", false)]
    [InlineData("QUERY-BLOCK", false)]
    [InlineData(" query-block", false)]
    [InlineData("query_block", false)]
    [InlineData("qom-get", false)]
    [InlineData("made-up", false)]
    [InlineData("", false)]
    public void Without_rules_only_what_is_known_to_be_harmless_is_allowed(string command, bool allowed) =>
        Assert.Equal(allowed, Policy().Judge("web1", command, default).Allowed);

    [Theory]
    [InlineData("""{"filename":"/run/shots/a.ppm"}""", true)]
    [InlineData("""{"filename":"/run/shots/deep/a.ppm","device":"vga"}""", true)]
    [InlineData("""{"filename":"/run/shots/../../etc/passwd"}""", false)]
    [InlineData("""{"filename":"/run/shots/.."}""", false)]
    [InlineData("""{"filename":"/etc/passwd"}""", false)]
    [InlineData("""{"filename":"/run/shotsy"}""", false)]
    [InlineData("""{"filename":17}""", false)]
    [InlineData("""{"filename":["/run/shots/a"]}""", false)]
    [InlineData("""{"FILENAME":"/run/shots/a"}""", false)]
    [InlineData("{}", false)]
    public void An_allow_is_for_the_arguments_that_it_names(string arguments, bool allowed)
    {
        var policy = Policy(("screens", "allow", "screendump", "web-*", [("filename", "/run/shots/*")]));
        Assert.Equal(new Verdict(allowed, allowed ? "screens" : "built-in: opens, reads or writes files of the host") { ConfiguredRule = allowed ? "screens" : null }, policy.Judge("web-1", "screendump", Json(arguments)));
        Assert.False(policy.Judge("db", "screendump", Json(arguments)).Allowed);
    }

    [Fact]
    public void An_allow_holds_for_what_has_the_same_name_further_inside()
    {
        var policy = Policy(("images", "allow", "blockdev-add", "*", [("file.filename", "/images/*")]));
        Assert.True(Judge("""{"driver":"qcow2","file":{"driver":"file","filename":"/images/a"}}"""));
        Assert.False(Judge("""{"driver":"qcow2","file":{"driver":"file","filename":"/images/a"},"backing":{"driver":"qcow2","file":{"driver":"file","filename":"/etc/shadow"}}}"""));
        Assert.False(Judge("""{"driver":"qcow2","file":"node0"}"""));

        bool Judge(string arguments) => policy.Judge("web1", "blockdev-add", Json(arguments)).Allowed;
    }

    [Theory]
    [InlineData("""{"driver":"nbd"}""")]
    [InlineData("""{"driver":"raw","file":{"driver":"nbd"}}""")]
    [InlineData("""{"driver":"quorum","children":[{"driver":"raw","file":{"driver":"nbd"}}]}""")]
    public void A_deny_sees_through_nesting_and_wins(string arguments)
    {
        var policy = Policy(("all", "allow", "*", "*", []), ("no-net", "deny", "blockdev-*", "*", [("driver", "nbd")]));
        Assert.Equal(new Verdict(false, "no-net") { ConfiguredRule = "no-net" }, policy.Judge("web1", "blockdev-add", Json(arguments)));
        Assert.Equal(new Verdict(true, "all") { ConfiguredRule = "all" }, policy.Judge("web1", "blockdev-add", Json("""{"driver":"raw"}""")));
    }

    [Theory]
    [InlineData("""{"filename":"/etc/shadow"}""")]
    [InlineData("""{"filename":"/run/../etc/shadow"}""")]
    [InlineData("""{"filename":"//etc//./shadow"}""")]
    public void A_deny_of_a_path_is_for_each_spelling_of_it(string arguments)
    {
        var policy = Policy(("all", "allow", "*", "*", []), ("etc", "deny", "*", "*", [("filename", "/etc/*")]));
        Assert.Equal("etc", policy.Judge("web1", "screendump", Json(arguments)).Rule);
    }

    [Theory]
    [InlineData("""{"uri":"exec:nc example.org 1"}""")]
    [InlineData("""{"channels":[{"channel-type":"main","addr":{"transport":"exec","args":["/bin/sh","-c","true"]}}]}""")]
    public void A_deny_of_a_migration_is_for_either_way_of_saying_where_to(string arguments)
    {
        var policy = Policy(("move", "allow", "migrate", "*", []), ("no-exec", "deny", "migrate", "*", [("uri", "exec:*")]));
        Assert.Equal("no-exec", policy.Judge("web1", "migrate", Json(arguments)).Rule);
        Assert.True(policy.Judge("web1", "migrate", Json("""{"uri":"tcp:10.0.0.1:4444"}""")).Allowed);
    }

    [Fact]
    public void A_transaction_is_what_its_actions_are()
    {
        var policy = Policy(("snaps", "allow", "blockdev-snapshot-sync", "*", [("snapshot-file", "/images/*")]));
        Assert.True(Judge("""{"actions":[{"type":"abort"}]}"""));
        Assert.True(Judge("""{"actions":[{"type":"blockdev-snapshot-sync","data":{"snapshot-file":"/images/a"}}]}"""));
        Assert.False(Judge("""{"actions":[{"type":"blockdev-snapshot-sync","data":{"snapshot-file":"/etc/a"}}]}"""));
        Assert.False(Judge("""{"actions":[{"type":"abort"},{"type":"drive-backup","data":{"target":"/etc/a"}}]}"""));
        Assert.False(Judge("""{"actions":[{"type":17}]}"""));
        Assert.False(Judge("""{"actions":"abort"}"""));
        Assert.False(Judge("{}"));

        bool Judge(string arguments) => policy.Judge("web1", "transaction", Json(arguments)).Allowed;
    }

    [Fact]
    public void An_allow_of_a_transaction_is_for_all_of_it_but_for_what_is_denied()
    {
        var policy = Policy(
            ("tx", "allow", "transaction", "web-*", []), ("no-drives", "deny", "drive-*", "*", []), ("no-etc", "deny", "*", "*", [("snapshot-file", "/etc/*")]));
        Assert.Equal(new Verdict(true, "tx") { ConfiguredRule = "tx" }, Judge("""{"actions":[{"type":"blockdev-snapshot-sync","data":{"snapshot-file":"/images/a"}},{"type":"abort"}]}"""));
        Assert.Equal("no-drives, of its action 'drive-backup'", Judge("""{"actions":[{"type":"abort"},{"type":"drive-backup","data":{"target":"/images/a"}}]}""").Rule);
        Assert.Equal("no-etc", Judge("""{"actions":[{"type":"blockdev-snapshot-sync","data":{"snapshot-file":"/etc/a"}}]}""").Rule);
        Assert.Equal(BuiltInTable.Unreadable, Judge("""{"actions":[{"type":17}]}""").Rule);
        Assert.False(policy.Judge("db", "transaction", Json("""{"actions":[{"type":"blockdev-snapshot-sync","data":{"snapshot-file":"/images/a"}}]}""")).Allowed);
        Assert.Equal("no-drives, of its action 'drive-backup'", policy.Denied("web-1", "transaction", Json("""{"actions":[{"type":"drive-backup"}]}"""))?.Rule);
        Assert.Equal(new Verdict(true, "tx") { ConfiguredRule = "tx" }, policy.Judge("web-1", "transaction"));

        Verdict Judge(string arguments) => policy.Judge("web-1", "transaction", Json(arguments));
    }

    [Theory]
    [InlineData("""{"uri":"tcp:10.0.0.1:4444"}""", true)]
    [InlineData("""{"uri":"tcp:11.0.0.1:4444"}""", false)]
    [InlineData("""{"channels":[{"channel-type":"main","addr":{"transport":"socket","type":"inet","host":"10.0.0.1","port":"4444"}}]}""", true)]
    [InlineData("""{"channels":[{"channel-type":"main","addr":{"transport":"socket","type":"inet","host":"11.0.0.1","port":"4444"}}]}""", false)]
    [InlineData("""{"channels":[{"channel-type":"main","addr":{"transport":"socket","type":"inet","host":"10.0.0.1","port":"1"}},{"channel-type":"cpr","addr":{"transport":"exec","args":["/bin/true"]}}]}""", false)]
    [InlineData("""{"channels":[{"channel-type":"main","addr":{"transport":"socket","type":"inet","host":"10.0.0.1","port":"1"}},{"channel-type":"cpr","addr":{"transport":"new"}}]}""", false)]
    [InlineData("""{"channels":[{"channel-type":"main","addr":{"transport":"exec","args":["/bin/sh","-c","gzip > /run/x"]}}]}""", true)]
    [InlineData("""{"channels":[{"channel-type":"main","addr":{"transport":"exec","args":["/bin/sh","-c","cat /etc/shadow"]}}]}""", false)]
    [InlineData("""{"channels":[]}""", false)]
    [InlineData("""{"channels":"tcp:10.0.0.1:4444"}""", false)]
    [InlineData("{}", false)]
    public void An_allow_of_a_migration_is_for_either_way_of_saying_where_to(string arguments, bool allowed)
    {
        var policy = Policy(("near", "allow", "migrate*", "*", [("uri", "tcp:10.*")]), ("pack", "allow", "migrate*", "*", [("uri", "exec:gzip *")]));
        Assert.Equal(allowed, policy.Judge("web1", "migrate", Json(arguments)).Allowed);
        Assert.Equal(allowed, policy.Judge("web1", "migrate-incoming", Json(arguments)).Allowed);
    }

    [Fact]
    public void Before_the_arguments_are_known_a_command_is_allowed_that_some_are_allowed_for()
    {
        var policy = Policy(("screens", "allow", "screendump", "*", [("filename", "/run/*")]), ("no-tcp", "deny", "query-block", "*", [("x", "y")]), ("no-nmi", "deny", "inject-nmi", "*", []));
        Assert.Equal(new Verdict(true, "screens") { ConfiguredRule = "screens" }, policy.Judge("web1", "screendump"));
        Assert.True(policy.Judge("web1", "query-block").Allowed);
        Assert.Equal(new Verdict(false, "no-nmi") { ConfiguredRule = "no-nmi" }, policy.Judge("web1", "inject-nmi"));
    }

    [Fact]
    public async Task A_deny_is_for_the_typed_routes_too()
    {
        await using var host = new GatewayHost("web1").Set("Gateway:CommandPolicy:Rules:no-nmi:Command", "inject-nmi").Set("Gateway:CommandPolicy:Rules:no-nmi:Effect", "deny")
            .Set("Gateway:CommandPolicy:Rules:no-exit:Command", "set-action").Set("Gateway:CommandPolicy:Rules:no-exit:Arguments:panic", "exit-failure")
            .Set("Gateway:CommandPolicy:Rules:no-exit:Effect", "deny");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        var denied = (await host.PostAsync("/nmi")).Problem("command-forbidden", "/nmi", ("vm", "web1"), ("command", "inject-nmi"), ("rule", "no-nmi"), ("outcome", "not-sent"));
        Assert.Equal("The command 'inject-nmi' is not allowed (no-nmi). Nothing was sent. Change or remove the rule 'no-nmi' in Gateway:CommandPolicy:Rules.", denied.Text("detail"));
        var unknown = (await host.PostAsync("/qmp", """{"execute":"nonsense"}""")).Problem("command-forbidden", "/qmp", ("vm", "web1"), ("command", "nonsense"), ("rule", null), ("outcome", "not-sent"));
        Assert.EndsWith(" To allow it, add a rule to Gateway:CommandPolicy:Rules.", unknown.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("no-exit", (await host.PutAsync("/actions", """{"panic":"exit-failure"}""")).Json.Text("rule"));
        (await host.PutAsync("/actions", """{"panic":"pause"}""")).Ok();
        Assert.Equal(["set-action"], host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("GET", "/status", "query-status")]
    [InlineData("GET", "/status?until=paused", "query-status")]
    [InlineData("POST", "/stop", "stop")]
    [InlineData("POST", "/cont?wait=1", "cont")]
    [InlineData("POST", "/reset", "system_reset")]
    [InlineData("POST", "/powerdown", "system_powerdown")]
    [InlineData("POST", "/wakeup", "system_wakeup")]
    [InlineData("POST", "/quit", "quit")]
    [InlineData("PUT", "/actions", "set-action")]
    [InlineData("PUT", "/watchdog", "watchdog-set-action")]
    public async Task Each_typed_route_is_under_a_deny_of_its_command(string method, string path, string command)
    {
        await using var host = new GatewayHost("web1").Set("Gateway:CommandPolicy:Rules:no:Command", command).Set("Gateway:CommandPolicy:Rules:no:Effect", "deny");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        var body = path == "/actions" ? """{"panic":"pause"}""" : path == "/watchdog" ? """{"action":"pause"}""" : null;
        Assert.Equal((403, "no"), ((await host.SendAsync(method, path, body)) is var answer ? answer.Status : 0, answer.Json.Text("rule")));
        Assert.Empty(host.Fake("web1").Sent);
    }

    [Fact]
    public async Task Changed_actions_of_a_definition_are_sent_at_once()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        var endpoint = GatewayHost.EndpointOf("x");
        (await host.PutAsync("/vms/x", $$"""{"endpoint":"{{endpoint}}"}""")).Ok(201);
        await host.ConnectedAsync("x");
        (await host.PutAsync("/vms/x", $$"""{"endpoint":"{{endpoint}}","actions":{"panic":"pause"} }""")).Ok();
        Assert.Equal("pause", (await host.GetAsync("/vms/x/actions")).Ok().Text("panic"));
        (await host.PutAsync("/vms/x", $$"""{"endpoint":"{{endpoint}}","actions":{"panic":"pause"},"labels":{"a":"b"} }""")).Ok();
        (await host.PutAsync("/vms/x", $$"""{"endpoint":"{{endpoint}}"}""")).Ok();
        Assert.Equal(["set-action"], host.Fake("x").Sent);
        host.Fake("x").Refuse("set-action");
        (await host.PutAsync("/vms/x", $$"""{"endpoint":"{{endpoint}}","actions":{"panic":"none"} }""")).Ok();
        Assert.Contains(host.LogLines, static line => line.Contains("The configured actions of x could not be set"));
        Assert.Equal("pause", (await host.GetAsync("/vms/x/actions")).Ok().Text("panic"));
    }

    [Fact]
    public async Task A_deny_of_set_action_is_for_the_actions_of_a_definition()
    {
        await using var host = new GatewayHost().Set("Gateway:CommandPolicy:Rules:no-exit:Command", "set-*").Set("Gateway:CommandPolicy:Rules:no-exit:Arguments:panic", "exit-failure")
            .Set("Gateway:CommandPolicy:Rules:no-exit:Effect", "deny");
        await host.StartAsync();
        var body = $$"""{"endpoint":"{{GatewayHost.EndpointOf("x")}}","actions":{"panic":"exit-failure"} }""";
        var denied = (await host.PutAsync("/vms/x", body)).Problem("command-forbidden", "/vms/x", ("vm", "x"), ("command", "set-action"), ("rule", "no-exit"), ("outcome", "not-sent"));
        Assert.Contains("no-exit", denied.Text("detail"));
        Assert.Equal(404, (await host.GetAsync("/vms/x")).Status);
        Assert.Equal(0, host.Fake("x").Dials);
        (await host.PutAsync("/vms/x", body.Replace("exit-failure", "pause"))).Ok(201);
        Assert.Equal(403, (await host.PutAsync("/vms/x", body)).Status);
        Assert.Equal("pause", host.Vms.Get("x").Definition.Actions?.Panic?.Value);
        await host.Fake("x").ReceivedAsync("set-action");
        Assert.Equal(["set-action"], host.Fake("x").Sent);
    }

    [Fact]
    public async Task A_deny_of_set_action_is_for_the_actions_of_the_configuration()
    {
        await using var host = new GatewayHost("web1").Set("Gateway:Vms:web1:Actions:Panic", "pause")
            .Set("Gateway:CommandPolicy:Rules:no-actions:Command", "set-action").Set("Gateway:CommandPolicy:Rules:no-actions:Effect", "deny");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.EventuallyAsync(() => host.LogLines.Any(static line => line.Contains("actions of web1 were not sent") && line.Contains("'no-actions'")), "the line");
        (await host.PostAsync("/stop")).NoContent();
        Assert.Equal(["stop"], host.Fake("web1").Sent);
        Assert.Null((await host.GetAsync("/actions")).Ok().Text("panic"));
    }

    private static JsonElement Json(string text) => JsonElement.Parse(text);

    private static CommandPolicy Policy(params (string Name, string Effect, string Command, string Vms, (string Name, string Pattern)[] Arguments)[] rules) => new(new CommandPolicyOptions
    {
        Rules = rules.ToDictionary(static rule => rule.Name, static rule => new PolicyRuleOptions
        {
            Command = rule.Command,
            Effect = rule.Effect,
            Vms = [rule.Vms],
            Arguments = rule.Arguments.ToDictionary(static argument => argument.Name, static argument => argument.Pattern),
        }),
    });
}
