using System.Text.Json;
using Gateway.Commands;
using Xunit;

namespace Gateway.Tests.Commands;

/// <summary>Rules about paths are about files, however they are spelled.</summary>
public sealed class PathRuleTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public PathRuleTests()
    {
        // Of what a rule names: `secret`. Links lead there from beside it.
        Directory.CreateDirectory(At("secret"));
        Directory.CreateDirectory(At("open/deep"));
        File.WriteAllText(At("secret/file"), "");
        File.WriteAllText(At("open/file"), "");
        File.CreateSymbolicLink(At("open/link"), At("secret/file"));
        Directory.CreateSymbolicLink(At("open/dir"), "../secret");
        Directory.CreateSymbolicLink(At("open/far"), At("open/deep"));
        Directory.CreateSymbolicLink(At("open/loop"), At("open/loop"));
        Directory.CreateSymbolicLink(At("alias"), At("secret"));
    }

    public void Dispose() => directory.Dispose();

    public static TheoryData<string> Hidden =>
    [
        "secret/file", "../../../../../..{0}/secret/file", "./x", "", "file:{0}/secret/file", "file:secret/file", "fat:{0}/secret", "host_device:{0}/secret/file", "nbd:unix:{0}/secret/file",
        "nbd+unix:///x?socket={0}/secret/file", "blkdebug::{0}/secret/file", "json:{{\"driver\":\"file\",\"filename\":\"{0}/secret/file\"}}", "json:{{'driver':'file','filename':'{0}/secret/file'}}",
        "/proc/self/root{0}/secret/file", "/proc/self/cwd/file", "/proc/1/root{0}/secret/file", "//proc/./self/root{0}/secret/file", "/usr/../proc/self/fd/3", "/dev/fd/3", "/dev/stdin", "/dev/fdset/1",
        "{0}/secret/file", "{0}//secret/./file", "{0}/open/../secret/file", "{0}/secret/../secret/file/", "{0}/open/link", "{0}/open/dir/file", "{0}/open/dir/new", "{0}/open/far/../dir/file", "{0}/open/far/../../secret/file",
        "{0}/open/loop/x", "{0}/nothing/../secret/file", "{0}/alias/file", "{0}/secret/\0file", "{0}/open/\0/../file",
    ];

    [Theory]
    [MemberData(nameof(Hidden))]
    public void Neither_passes_a_deny_nor_an_allow_what_is_or_may_be_the_other_file(string spelled)
    {
        var text = string.Format(null, spelled, directory.Path);
        var denies = Policy(("all", "allow", "*", []), ("secret", "deny", "*", [("filename", At("secret/*"))]));
        Assert.Equal("secret", Judge(denies, text).Rule);
        var allows = Policy(("open", "allow", "screendump", [("filename", At("open/*"))]));
        Assert.False(Judge(allows, text).Allowed);
    }

    [Theory]
    [InlineData("{0}/open/file")]
    [InlineData("{0}/open/new/x")]
    [InlineData("{0}//open/./file")]
    [InlineData("{0}/open/far/x")]
    public void The_file_itself_passes(string spelled)
    {
        var text = string.Format(null, spelled, directory.Path);
        Assert.Equal("all", Judge(Policy(("all", "allow", "*", []), ("secret", "deny", "*", [("filename", At("secret/*"))])), text).Rule);
        Assert.Equal("open", Judge(Policy(("open", "allow", "screendump", [("filename", At("open/*"))])), text).Rule);
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("{0}", true)]
    [InlineData("{0}/", true)]
    [InlineData("{0}/secret", true)]
    [InlineData("{0}/open/dir", true)]
    [InlineData("{0}/open", false)]
    [InlineData("{0}/sec", false)]
    public void A_deny_is_for_directories_that_hold_what_it_denies(string spelled, bool denied)
    {
        foreach (var pattern in new[] { At("secret/*"), At("secret/file"), At("alias/*") })
        {
            var policy = Policy(("all", "allow", "*", []), ("secret", "deny", "*", [("dir", pattern)]));
            Assert.Equal(denied, !policy.Judge("web1", "blockdev-add", Arguments("dir", string.Format(null, spelled, directory.Path))).Allowed);
        }
    }

    [Fact]
    public void A_rule_may_name_a_directory_by_a_link()
    {
        Assert.True(Judge(Policy(("a", "allow", "screendump", [("filename", At("alias/*"))])), At("alias/file")).Allowed);
        Assert.True(Judge(Policy(("a", "allow", "screendump", [("filename", At("alias/*"))])), At("secret/file")).Allowed);
        Assert.Equal("d", Judge(Policy(("all", "allow", "*", []), ("d", "deny", "*", [("filename", At("alias/*"))])), At("secret/file")).Rule);
        Assert.Equal("d", Judge(Policy(("all", "allow", "*", []), ("d", "deny", "*", [("filename", At("alias/*"))])), At("open/dir/file")).Rule);
    }

    [Theory]
    [InlineData("unix:{0}/open/s", true)]
    [InlineData("unix:{0}/open/link", false)]
    [InlineData("unix:{0}/open/../secret/file", false)]
    [InlineData("unix:open/s", false)]
    [InlineData("{0}/open/s", false)]
    [InlineData("file:{0}/open/dump", true)]
    [InlineData("file:{0}/open/dump,offset=0x1000", true)]
    [InlineData("file:{0}/open/link,offset=0x1000", false)]
    public void A_path_may_come_after_a_prefix(string spelled, bool allowed)
    {
        var policy = Policy(("near", "allow", "migrate", [("uri", $"unix:{At("open/*")}")]), ("dump", "allow", "migrate", [("uri", $"file:{At("open/*")}")]));
        Assert.Equal(allowed, policy.Judge("web1", "migrate", Arguments("uri", string.Format(null, spelled, directory.Path))).Allowed);
    }

    [Fact]
    public void A_deny_with_a_prefix_is_about_that_prefix()
    {
        var policy = Policy(("all", "allow", "*", []), ("no", "deny", "*", [("uri", $"unix:{At("secret/*")}")]));
        Assert.False(policy.Judge("web1", "migrate", Arguments("uri", $"unix:{At("open/link")}")).Allowed);
        Assert.False(policy.Judge("web1", "migrate", Arguments("uri", "unix:secret/file")).Allowed);
        Assert.True(policy.Judge("web1", "migrate", Arguments("uri", $"unix:{At("open/s")}")).Allowed);
        Assert.True(policy.Judge("web1", "migrate", Arguments("uri", "tcp:10.0.0.1:1")).Allowed);
        var channel = Json($$"""{"channels":[{"channel-type":"main","addr":{"transport":"socket","type":"unix","path":"{{At("open/link")}}"} }]}""");
        Assert.False(policy.Judge("web1", "migrate", channel).Allowed);
    }

    [Theory]
    [InlineData("""json:{"driver":"nbd","host":"x"}""")]
    [InlineData("""json:{"driver":"raw","file":{"driver":"nbd"}}""")]
    [InlineData("""json:{"driver":"raw","file.driver":"nbd"}""")]
    [InlineData("""json:{"driver":"raw","file":"json:{\"driver\":\"nbd\"}"}""")]
    [InlineData("""json:{"driver":"\u006ebd"}""")]
    [InlineData("json:{'driver':'nbd'}")]
    [InlineData("json:{\"driver\":\"raw\",\"driver\":\"nbd\"}")]
    public void A_deny_sees_the_options_in_a_file_name(string text)
    {
        var policy = Policy(("all", "allow", "*", []), ("no-net", "deny", "*", [("driver", "nbd")]));
        Assert.Equal("no-net", policy.Judge("web1", "blockdev-change-medium", Arguments("filename", text)).Rule);
        Assert.Equal("all", policy.Judge("web1", "blockdev-change-medium", Arguments("filename", """json:{"driver":"file","filename":"/x"}""")).Rule);
        Assert.Equal("no-words", Policy(("all", "allow", "*", []), ("no-words", "deny", "*", [("filename", "*nbd*")])).Judge("web1", "x", Arguments("filename", text)).Rule);
    }

    [Fact]
    public void Options_in_a_file_name_hold_to_an_allow()
    {
        var policy = Policy(("images", "allow", "blockdev-*", [("file.filename", At("open/*"))]));
        Assert.True(policy.Judge("web1", "blockdev-add", Json($$"""{"driver":"raw","file":{"driver":"file","filename":"{{At("open/file")}}"} }""")).Allowed);
        Assert.False(policy.Judge("web1", "blockdev-add", Json($$"""
            {"driver":"raw","file":{"driver":"file","filename":"{{At("open/file")}}"},"x":"json:{\"file.filename\":\"/etc/shadow\"}"}
            """)).Allowed);
    }

    [Fact]
    public void A_deny_of_an_ending_follows_links()
    {
        var policy = Policy(("all", "allow", "*", []), ("keys", "deny", "*", [("filename", "*/secret/fi?e")]), ("ends", "deny", "*", [("filename", "*ile")]));
        Assert.Equal("ends", Judge(Policy(("all", "allow", "*", []), ("ends", "deny", "*", [("filename", "*ile")])), At("open/link")).Rule);
        Assert.Equal("keys", Judge(policy, At("open/link")).Rule);
        Assert.Equal("all", Judge(policy, At("open/x")).Rule);
    }

    [Theory]
    [InlineData("info version", true)]
    [InlineData("screendump /etc/x", false)]
    public void A_line_of_the_human_monitor_is_no_path(string line, bool allowed)
    {
        var policy = Policy(("all", "allow", "*", []), ("no-etc", "deny", "*", [("command-line", "*/etc/*")]));
        Assert.Equal(allowed, policy.Judge("web1", "human-monitor-command", Arguments("command-line", line)).Allowed);
    }

    [Fact]
    public void Nesting_has_an_end()
    {
        var text = "json:[]";
        for (var i = 0; i < 6; i++)
        {
            text = $"json:{JsonSerializer.Serialize(new[] { text })}";
        }

        Assert.Equal("no", Judge(Policy(("all", "allow", "*", []), ("no", "deny", "*", [("driver", "nbd")])), text).Rule);
        var many = JsonSerializer.SerializeToElement(Enumerable.Repeat(new { filename = "/x" }, 1002));
        Assert.Equal("no", Policy(("all", "allow", "*", []), ("no", "deny", "*", [("filename", "/etc/*")])).Judge("web1", "x", many).Rule);
        Assert.Equal("no", Policy(("all", "allow", "*", []), ("no", "deny", "*", [("filename", "/etc/*")])).Judge("web1", "x", Json($"[{string.Join(',', Enumerable.Repeat(1, 1_000_001))}]")).Rule);
        Assert.Equal("no", Judge(Policy(("all", "allow", "*", []), ("no", "deny", "*", [("filename", "/etc/*")])), $"/{string.Concat(Enumerable.Repeat("usr/../", 500))}tmp").Rule);
    }

    [Theory]
    [InlineData("https://example.org/*", "https://example.org/a.iso", true)]
    [InlineData("*.iso", "a.iso", true)]
    [InlineData("*", "anything", true)]
    [InlineData("*/etc/*", "etc/passwd", false)]
    public void What_is_no_pattern_of_paths_is_compared_as_text(string pattern, string text, bool allowed) =>
        Assert.Equal(allowed, Judge(Policy(("a", "allow", "screendump", [("filename", pattern)])), text).Allowed);

    private string At(string path) => Path.Combine(directory.Path, path);

    private static Verdict Judge(CommandPolicy policy, string filename) => policy.Judge("web1", "screendump", Arguments("filename", filename));

    private static JsonElement Arguments(string name, string text) => JsonSerializer.SerializeToElement(new Dictionary<string, string> { [name] = text });

    private static JsonElement Json(string text) => JsonElement.Parse(text);

    private static CommandPolicy Policy(params (string Name, string Effect, string Command, (string Name, string Pattern)[] Arguments)[] rules) => new(new CommandPolicyOptions
    {
        Rules = rules.ToDictionary(static rule => rule.Name, static rule => new PolicyRuleOptions
        {
            Command = rule.Command,
            Effect = rule.Effect,
            Arguments = rule.Arguments.ToDictionary(static argument => argument.Name, static argument => argument.Pattern),
        }),
    });
}
