using System.Text.Json;
using Gateway.Commands;
using Xunit;

namespace Gateway.Tests.Commands;

/// <summary>Nothing that the table denies reaches QEMU by another way.</summary>
public sealed class WaysAroundTests
{
    public static TheoryData<string> Denied => [.. BuiltInTable.Denied.Order()];

    [Theory]
    [MemberData(nameof(Denied))]
    public async Task A_denied_command_is_not_sent_however_it_is_spelled(string command)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        string[] names =
        [
            command, command.ToUpperInvariant(), $"{char.ToUpperInvariant(command[0])}{command[1..]}", $" {command}", $"{command} ", $"{command}\\u0000", $"__com.redhat_{command}",
            command.Replace('-', '_'), command.Replace('_', '-'), $"query-x\\n{command}",
        ];
        foreach (var body in names.SelectMany(static name => (string[])
        [
            $$"""{"execute":"{{name}}"}""", $$"""{"exec-oob":"{{name}}"}""",
            $$"""{"execute":"transaction","arguments":{"actions":[{"type":"abort"},{"type":"{{name}}","data":{} }] } }""",
            $$"""{"execute":"transaction","arguments":{"actions":[{"type":"transaction","data":{"actions":[{"type":"{{name}}","data":{} }] } }] } }""",
            $$"""{"execute":"query-version","execute":"{{name}}"}""", $$"""{"execute":"query-version","exec-oob":"{{name}}"}""",
        ]))
        {
            var answer = await host.PostAsync("/vms/web1/qmp", body);
            Assert.True(answer.Status is 403 or 400, $"{answer.Status}: {body}");
        }

        Assert.Empty(host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("-0", false)]
    [InlineData("0.0", false)]
    [InlineData("0e9", false)]
    [InlineData("4096", false)]
    [InlineData("4096.0", false)]
    [InlineData("4.096e3", false)]
    [InlineData("18446744073709551615", false)]
    [InlineData("40960", true)]
    [InlineData("1e400", true)]
    [InlineData("18446744073709551614", true)]
    public void A_denied_number_is_denied_however_it_is_spelled(string number, bool allowed)
    {
        var policy = new CommandPolicy(new CommandPolicyOptions
        {
            Rules =
            {
                ["any"] = new() { Command = "balloon", Effect = "allow" },
                ["none"] = new() { Command = "balloon", Arguments = { ["value"] = "0" }, Effect = "deny" },
                ["page"] = new() { Command = "balloon", Arguments = { ["value"] = "4096" }, Effect = "deny" },
                ["all"] = new() { Command = "balloon", Arguments = { ["value"] = "18446744073709551615" }, Effect = "deny" },
            },
        });
        Assert.Equal(allowed, policy.Judge("web1", "balloon", JsonElement.Parse($$"""{"value":{{number}}}""")).Allowed);
    }

    [Theory]
    [InlineData("blockdev-add", """{"driver":"qcow2","file":{"driver":"file","filename":"/images/a"},"backing":{"driver":"raw","file":{"driver":"file","filename":"/etc/shadow"}}}""")]
    [InlineData("blockdev-add", """{"driver":"qcow2","file":{"driver":"file","filename":"/images/../etc/shadow"}}""")]
    [InlineData("object-add", """{"qom-type":"memory-backend-file","id":"m","mem-path":"/etc/shadow","size":4096}""")]
    [InlineData("netdev_add", """{"type":"tap","id":"n","script":"/bin/sh"}""")]
    [InlineData("migrate", """{"uri":"exec:true"}""")]
    [InlineData("migrate", """{"channels":[{"channel-type":"main","addr":{"transport":"exec","args":["/bin/true"]}}]}""")]
    public void A_narrow_allow_lets_nothing_else_through(string command, string arguments)
    {
        var policy = new CommandPolicy(new CommandPolicyOptions
        {
            Rules =
            {
                ["images"] = new() { Command = "blockdev-add", Arguments = { ["file.filename"] = "/images/*" }, Effect = "allow" },
                ["rng"] = new() { Command = "object-add", Arguments = { ["qom-type"] = "rng-builtin" }, Effect = "allow" },
                ["user"] = new() { Command = "netdev_add", Arguments = { ["type"] = "user" }, Effect = "allow" },
                ["move"] = new() { Command = "migrate", Arguments = { ["uri"] = "tcp:10.*" }, Effect = "allow" },
            },
        });
        Assert.False(policy.Judge("web1", command, JsonElement.Parse(arguments)).Allowed);
    }
}
