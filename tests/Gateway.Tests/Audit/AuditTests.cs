using System.Text.Json;
using Gateway.Tests.Security;
using Xunit;

namespace Gateway.Tests.Audit;

/// <summary>Every try to change something is written down, without its secrets.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task Each_outcome_has_its_record_when_it_is_answered()
    {
        await using var host = new GatewayHost("web1").WithKey("root", "admin").WithKey("looks", "viewer");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.PostAsync("/vms/web1/stop", null, Keys.As("root"));
        Expect(Last(host), "root", "stop", "done", null);
        await host.PostAsync("/vms/web1/stop", null, Keys.As("looks"));
        Expect(Last(host), "looks", "stop", "forbidden", "forbidden");
        await host.PostAsync("/vms/web1/reset");
        Expect(Last(host), "anonymous", "system_reset", "forbidden", "unauthenticated");
        await host.PostAsync("/vms/web1/qmp", """{"execute":"human-monitor-command","arguments":{"command-line":"info version"}}""", Keys.As("root"));
        Expect(Last(host), "root", "human-monitor-command", "forbidden", "command-forbidden");
        await host.PostAsync("/vms/web1/qmp", """{"execute":"migrate","arguments":{"uri":"exec:true"}}""", Keys.As("looks"));
        Expect(Last(host), "looks", "migrate", "forbidden", "forbidden");
        Assert.Equal("exec:true", Last(host).GetProperty("arguments").Text("uri"));
        await host.PutAsync("/vms/web1/actions", """{"panic":"pause"}""", Keys.As("root"));
        Expect(Last(host), "root", "set-action", "done", null);
        Assert.Equal("""{"panic":"pause"}""", Last(host).GetProperty("arguments").GetRawText());
        await host.PutAsync("/vms/web1/actions", """{"panic":"explode"}""", Keys.As("root"));
        Expect(Last(host), "root", "set-action", "not-sent", "invalid-request");
        await host.PostAsync("/vms/web1/qmp", """{"execute":"query-nothing"}""", Keys.As("root"));
        Expect(Last(host), "root", "query-nothing", "refused", "command-not-supported");
        var count = Lines(host).Length;
        await host.GetAsync("/vms/web1/status", Keys.As("root"));
        Assert.Equal(count, Lines(host).Length);
    }

    [Fact]
    public async Task Secrets_are_blanked_at_any_depth()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await host.PostAsync("/qmp", """
            {"execute":"object-add","arguments":{"qom-type":"secret","id":"s0","data":"hunter2","nested":[{"password":"hunter2"}],
             "url":"https://me:hunter2@example.org/","command-line":"set_password vnc hunter2"}}
            """);
        await host.PostAsync("/qmp", """{"execute":"qom-set","arguments":{"path":"/objects/s0","property":"data","value":"hunter2"}}""");
        await host.PostAsync("/qmp", """{"execute":"transaction","arguments":{"actions":[{"type":"x","data":{"device":"d0","password":"hunter2"}}]}}""");
        Assert.DoesNotContain("hunter2", string.Concat(Lines(host)));
        Assert.Contains("\"d0\"", Lines(host)[^1]);
        Assert.Contains("\"s0\"", Lines(host)[0]);
        Assert.Contains("example.org", Lines(host)[0]);
    }

    [Fact]
    public async Task Whatever_a_client_sends_is_cut_to_what_a_log_has_use_for()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var deep = string.Concat(Enumerable.Repeat("[", 900)) + string.Concat(Enumerable.Repeat("]", 900));
        var wide = string.Join(',', Enumerable.Range(0, 100_000));
        await host.PostAsync("/qmp", $$"""{"execute":"query-x","arguments":{"a":{{deep}},"b":[{{wide}}],"c":"{{new string('c', 100_000)}}","d":"\ud800"} }""");
        Assert.InRange(Lines(host)[^1].Length, 1000, 20_000);
        Assert.Single((await host.GetAsync("/audit")).Ok().GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_log_is_read_newest_first_by_those_who_administer_what_it_is_about()
    {
        await using var host = new GatewayHost("web1", "db1").WithKey("root", "admin").WithKey("web", "admin", "web*").WithKey("looks", "viewer");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.ConnectedAsync("db1");
        await host.PostAsync("/vms/db1/stop", null, Keys.As("root"));
        await host.PostAsync("/vms/web1/stop", null, Keys.As("web"));
        await host.PostAsync("/vms/web1/cont", null, Keys.As("root"));
        Assert.Equal(["cont", "stop", "stop"], await CommandsAsync("/audit", "root"));
        Assert.Equal(["cont", "stop"], await CommandsAsync("/audit", "web"));
        Assert.Equal(["cont"], await CommandsAsync("/audit?limit=1", "web"));
        Assert.Equal(["cont", "stop"], await CommandsAsync("/audit?who=root", "root"));
        Assert.Equal(["stop"], await CommandsAsync("/audit?vm=db1", "root"));
        Assert.Empty(await CommandsAsync("/audit?vm=db1", "web"));
        (await host.GetAsync("/audit", Keys.As("looks"))).Problem("forbidden", "/audit");

        async Task<IEnumerable<string?>> CommandsAsync(string path, string key) =>
            (await host.GetAsync(path, Keys.As(key))).Ok().GetProperty("items").EnumerateArray().Select(static record => record.Text("command"));
    }

    [Fact]
    public async Task Files_are_rotated_by_size_kept_bounded_and_closed_to_others()
    {
        await using var host = new GatewayHost("web1").Set("Gateway:Audit:FileBytes", "4096").Set("Gateway:Audit:Files", "3");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        for (var i = 0; i < 100; i++)
        {
            await host.PostAsync("/stop");
        }

        var files = Directory.GetFiles(host.DataDirectory, "audit*").Order().Select(static path => new FileInfo(path)).ToArray();
        Assert.Equal(["audit.1.jsonl", "audit.2.jsonl", "audit.jsonl"], files.Select(static file => file.Name));
        Assert.All(files, static file => Assert.InRange(file.Length, 1, 4096));
        Assert.All(files, static file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode));
        Assert.InRange((await host.GetAsync("/audit?limit=1000")).Ok().GetProperty("items").GetArrayLength(), 20, 60);
    }

    [Fact]
    public async Task A_line_that_a_kill_cut_off_spoils_no_other()
    {
        await using var first = new GatewayHost("web1") { KeepsData = true };
        File.WriteAllText(Path.Combine(first.DataDirectory, "audit.jsonl"), """{"time":"2026-""");
        await first.StartAsync();
        await first.ConnectedAsync("web1");
        await first.PostAsync("/stop");
        Assert.Single((await first.GetAsync("/audit")).Ok().GetProperty("items").EnumerateArray());
        Assert.Equal("stop", Last(first).Text("command"));
    }

    private static void Expect(JsonElement record, string who, string command, string outcome, string? problem)
    {
        Assert.Equal((who, command, outcome, problem, "web1"), (record.Text("who"), record.Text("command"), record.Text("outcome"), record.Text("problem"), record.Text("vm")));
        Assert.Matches("^[0-9a-f]{32}$", record.Text("traceId"));
    }

    private static JsonElement Last(GatewayHost host) => JsonElement.Parse(Lines(host)[^1]);

    private static string[] Lines(GatewayHost host) => File.ReadAllLines(Path.Combine(host.DataDirectory, "audit.jsonl"));
}
