using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Audit;
using Gateway.Tests.Commands;
using Gateway.Tests.Security;
using Microsoft.Extensions.Time.Testing;
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
        Expect(JsonElement.Parse(Lines(host, "unauthenticated.jsonl")[^1]), "anonymous", "system_reset", "forbidden", "unauthenticated");
        Expect(Last(host), "looks", "stop", "forbidden", "forbidden");
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
        await host.PostAsync("/vms/web1/commands/query-nothing", """{"a":1}""", Keys.As("looks"));
        Expect(Last(host), "looks", "query-nothing", "forbidden", "forbidden");
        Assert.Equal("""{"a":1}""", Last(host).GetProperty("arguments").GetRawText());
        using var text = new HttpRequestMessage(HttpMethod.Put, "/vms/web1/actions") { Content = new StringContent("{}") };
        text.Headers.Add("Authorization", Keys.As("root").Value);
        Assert.Equal(415, (await host.SendAsync(text)).Status);
        Expect(Last(host), "root", "set-action", "not-sent", "unsupported-media-type");
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

    [Theory]
    [InlineData("blockdev-add", """{"driver":"https","url":"https://h/a","cookie":"hunter2"}""")]
    [InlineData("blockdev-add", """{"driver":"raw","file":{"driver":"https","url":"https://h/a?X-Amz-Signature=hunter2&x=1","cookie":"hunter2"}}""")]
    [InlineData("blockdev-change-medium", """{"filename":"json:{\"driver\":\"https\",\"url\":\"https://h/a\",\"cookie\":\"hunter2\"}"}""")]
    [InlineData("blockdev-change-medium", """{"filename":"https://h/a?sig=hunter2"}""")]
    [InlineData("blockdev-change-medium", """{"filename":"rbd:pool/image:id=admin:key=hunter2:mon_host=h"}""")]
    [InlineData("netdev_add", """{"type":"l2tpv3","txcookie":"hunter2","rxcookie":"hunter2"}""")]
    [InlineData("set_password", """{"protocol":"vnc","password":"hunter2"}""")]
    [InlineData("ringbuf-write", """{"device":"d","data":"hunter2"}""")]
    [InlineData("send-key", """{"keys":[{"type":"qcode","data":"hunter2"}]}""")]
    [InlineData("qom-set", """{"path":"/x","property":"password","value":"hunter2"}""")]
    [InlineData("human-monitor-command", """{"command-line":"object_add id=s,data=hunter2,qom-type=secret"}""")]
    [InlineData("human-monitor-command", """{"command-line":"qom-set /objects/s data hunter2"}""")]
    [InlineData("human-monitor-command", """{"command-line":"sendkey hunter2"}""")]
    [InlineData("human-monitor-command", """{"command-line":"drive_add 0 driver=https,url=https://h/a,cookie=hunter2"}""")]
    [InlineData("migrate", """{"uri":"exec:curl -H 'Authorization: Bearer hunter2' -T - https://h"}""")]
    public async Task A_secret_is_in_no_record(string command, string arguments)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await host.PostAsync("/qmp", $$"""{"execute":"{{command}}","arguments":{{arguments}} }""");
        Assert.Equal(command, Last(host).Text("command"));
        Assert.DoesNotContain("hunter2", Lines(host)[^1]);
    }

    [Fact]
    public async Task What_only_names_a_secret_is_shown()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        const string Arguments = """{"qom-type":"secret","id":"secret0","passwordid":"secret0","key-secret":"secret0","cookie-secret":"s","command-line":"info version","filename":"/run/secret/a.img"}""";
        await host.PostAsync("/qmp", $$"""{"execute":"object-add","arguments":{{Arguments}} }""");
        Assert.Equal(Arguments, Last(host).GetProperty("arguments").GetRawText());
    }

    [Theory]
    [MemberData(nameof(BuiltInTableTests.Versions), MemberType = typeof(BuiltInTableTests))]
    public void Each_argument_of_each_QEMU_that_is_named_like_a_secret_is_blanked_or_known_to_be_none(string version)
    {
        // Names of objects and files that hold the secret, what is public by design, and switches.
        string[] none =
        [
            "password-secret", "proxy-password-secret", "key-secret", "cookie-secret", "new-secret", "old-secret", "passwordid", "keyid", "keyslot", "iv", "tls-creds", "tls-certs", "tls-authz",
            "dh-cert-file", "cert-subject", "id-auth", "author-key-enabled", "auth-client-required", "skipauth", "host-key-check", "pass-discard-other", "pass-discard-request", "pass-discard-snapshot",
            "cookie64", "mnonce", "key", "sasl", "auth",
        ];
        var schema = KnownSchemas.Of(version);
        var names = schema.Commands.Values.SelectMany(command => schema.Members(command.ArgumentType)).Select(static member => member.Name).Distinct()
            .Where(static name => Regex.IsMatch(name, "pass|secret|key|cookie|token|cred|cert|auth|nonce|^iv$|sasl|psk")).ToArray();
        Assert.True(names.Length > 20);
        Assert.All(names, name => Assert.True(Secrets.IsSecret(name) || none.Contains(name), name));
    }

    [Fact]
    public async Task An_answer_that_is_given_once_more_is_marked()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Refuse("inject-nmi");
        foreach (var (path, outcome, problem) in new (string, string, string?)[] { ("/stop", "done", null), ("/nmi", "refused", "command-refused") })
        {
            await host.PostAsync(path, null, ("Idempotency-Key", path));
            Assert.False(Last(host).GetProperty("replayed").GetBoolean());
            await host.PostAsync(path, null, ("Idempotency-Key", path));
            Assert.True(Last(host).GetProperty("replayed").GetBoolean());
            Assert.Equal((outcome, problem), (Last(host).Text("outcome"), Last(host).Text("problem")));
        }

        await host.PostAsync("/stop?wait=1", null, ("Idempotency-Key", "/stop"));
        Assert.Equal((false, "key-reused"), (Last(host).GetProperty("replayed").GetBoolean(), Last(host).Text("problem")));
    }

    [Fact]
    public async Task Who_shows_no_valid_key_pushes_out_no_record_of_others()
    {
        await using var host = new GatewayHost("web1").WithKey("root", "admin").Set("Gateway:Audit:FileBytes", "8192").Set("Gateway:Audit:Files", "2");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.PostAsync("/vms/web1/stop", null, Keys.As("root"));
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(401, (await host.PostAsync($"/vms/{new string('x', 8000)}/stop")).Status);
            Assert.Equal(401, (await host.PostAsync("/vms/web1/stop", null, ("Authorization", "Bearer wrong"))).Status);
        }

        Assert.Equal("root", Assert.Single((await host.GetAsync("/audit", Keys.As("root"))).Ok().GetProperty("items").EnumerateArray()).Text("who"));
        var files = Directory.GetFiles(host.DataDirectory, "unauthenticated*").Order().Select(static path => new FileInfo(path)).ToArray();
        Assert.Equal(["unauthenticated.1.jsonl", "unauthenticated.jsonl"], files.Select(static file => file.Name));
        Assert.All(files, static file => Assert.InRange(file.Length, 1, 8192));
        Assert.All(files, static file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode));
        Assert.All(Lines(host, "unauthenticated.jsonl"), static line => Assert.InRange(JsonElement.Parse(line).Text("path")!.Length, 1, 1024));
        Assert.All(Lines(host, "unauthenticated.jsonl"), static line => Assert.InRange(JsonElement.Parse(line).Text("vm")!.Length, 1, 1024));
    }

    [Fact]
    public async Task Records_are_in_the_order_of_time_also_when_the_clock_is_corrected()
    {
        await using var host = new GatewayHost("web1") { Time = new FakeTimeProvider(DateTimeOffset.UtcNow) };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.PostAsync("/stop");
        host.Time.AdjustTime(host.Time.GetUtcNow() - TimeSpan.FromMilliseconds(500));
        await host.PostAsync("/cont");
        Assert.Equal(Time(0), Time(1));
        host.Time.AdjustTime(host.Time.GetUtcNow() - TimeSpan.FromDays(35));
        await host.PostAsync("/stop");
        Assert.True(Time(2) < Time(1) - TimeSpan.FromDays(34));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.PostAsync("/stop")));
        Assert.True(Enumerable.Range(3, 20).All(i => Time(i) >= Time(i - 1)));

        DateTimeOffset Time(int line) => JsonElement.Parse(Lines(host)[line]).GetProperty("time").GetDateTimeOffset();
    }

    [Fact]
    public async Task Whatever_a_client_sends_is_cut_to_what_a_log_has_use_for()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var deep = string.Concat(Enumerable.Repeat("[", 900)) + string.Concat(Enumerable.Repeat("]", 900));
        var wide = string.Join(',', Enumerable.Range(0, 100_000));
        await host.PostAsync("/qmp", $$"""{"execute":"query-x","arguments":{"a":{{deep}},"b":[{{wide}}],"c":"{{new string('c', 100_000)}}","d":"\ud800"} }""");
        Assert.InRange(Lines(host)[^1].Length, 1000, 20_000);
        await host.PostAsync($"/commands/{new string('x', 5000)}", $$"""{"a":"{{string.Concat(Enumerable.Repeat("\U0001F600", 2000))}}"}""");
        Assert.Equal(1024, Last(host).Text("command")!.Length);
        Assert.InRange(Last(host).GetProperty("arguments").Text("a")!.Length, 1022, 1024);
        await host.PostAsync("/qmp", $$"""{"execute":"query-x","arguments":{"a":[{{string.Join(',', Enumerable.Repeat($"\"{new string('x', 1000)}\"", 900))}}]} }""");
        Assert.InRange(Lines(host)[^1].Length, 1000, 20_000);
        Assert.Equal(3, (await host.GetAsync("/audit")).Ok().GetProperty("items").GetArrayLength());
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
    private static string[] Lines(GatewayHost host, string file = "audit.jsonl") => File.ReadAllLines(Path.Combine(host.DataDirectory, file));
}
