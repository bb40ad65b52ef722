using System.Text.Json;
using Gateway.Commands;
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
        Assert.Equal(new Verdict(allowed, allowed ? "screens" : "built-in: opens, reads or writes files of the host"), policy.Judge("web-1", "screendump", Json(arguments)));
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
        Assert.Equal(new Verdict(false, "no-net"), policy.Judge("web1", "blockdev-add", Json(arguments)));
        Assert.Equal(new Verdict(true, "all"), policy.Judge("web1", "blockdev-add", Json("""{"driver":"raw"}""")));
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
        var policy = Policy(("snaps", "allow", "blockdev-snapshot-sync", "*", [("snapshot-file", "/images/*")]), ("tx", "allow", "transaction", "*", []));
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
    public void Before_the_arguments_are_known_a_command_is_allowed_that_some_are_allowed_for()
    {
        var policy = Policy(("screens", "allow", "screendump", "*", [("filename", "/run/*")]), ("no-tcp", "deny", "query-block", "*", [("x", "y")]), ("no-nmi", "deny", "inject-nmi", "*", []));
        Assert.Equal(new Verdict(true, "screens"), policy.Judge("web1", "screendump"));
        Assert.True(policy.Judge("web1", "query-block").Allowed);
        Assert.Equal(new Verdict(false, "no-nmi"), policy.Judge("web1", "inject-nmi"));
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
        Assert.Contains("no-nmi", denied.Text("detail"));
        Assert.Equal("no-exit", (await host.PutAsync("/actions", """{"panic":"exit-failure"}""")).Json.Text("rule"));
        (await host.PutAsync("/actions", """{"panic":"pause"}""")).Ok();
        Assert.Equal(["set-action"], host.Fake("web1").Sent);
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
