using System.Text;
using Xunit;

namespace Gateway.Tests.Api;

/// <summary>Bodies are strict JSON, and nothing reaches QEMU of one that is not.</summary>
public sealed class BodyTests
{
    public static TheoryData<string> Malformed =>
    [
        "",
        " ",
        "panic",
        """{"panic":"none"} x""",
        """{"panic":"none"}{"panic":"none"}""",
        """{"panic":"none",}""",
        """{"panic":"none"} // comment""",
        """{/* comment */"panic":"none"}""",
        """{"panic":"none","panic":"pause"}""",
        """{"panic":"none","p\u0061nic":"pause"}""",
        """{'panic':'none'}""",
        """{"panic":"none""",
        "[]",
        """[{"panic":"none"}]""",
        "null",
        "true",
        "5",
        "\"none\"",
        "{}",
        """{"\ud800":"none"}""",
        """{"panic":"none","\udc00x":1}""",
        "\uFEFF\uFEFF{\"panic\":\"none\"}",
        $"{{\"panic\":{new string('[', 3000)}{new string(']', 3000)}}}",
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task What_is_no_strict_JSON_object_is_refused(string body)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.PutAsync("/vms/web1/actions", body)).Invalid("/vms/web1/actions", "web1", "body");
        Assert.Empty(host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00 })]
    [InlineData(new byte[] { 0x7B, 0x22, 0xC3, 0x28, 0x22, 0x3A, 0x31, 0x7D })]
    [InlineData(new byte[] { 0x7B, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x3A, 0x31, 0x7D })]
    [InlineData(new byte[] { 0x00 })]
    public async Task What_is_no_UTF8_is_refused(byte[] body)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        using var request = new HttpRequestMessage(HttpMethod.Put, "/vms/web1/actions") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        (await host.SendAsync(request)).Invalid("/vms/web1/actions", "web1", "body");
        Assert.Empty(host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("""{"panic":"explode"}""", "panic")]
    [InlineData("""{"panic":"None"}""", "panic")]
    [InlineData("""{"Panic":"none"}""", "Panic")]
    [InlineData("""{"panic":null}""", "panic")]
    [InlineData("""{"panic":1,"reboot":[],"shutdown":{},"watchdog":true}""", "panic", "reboot", "shutdown", "watchdog")]
    [InlineData("""{"panic":"none","foo":1,"bar":2}""", "foo", "bar")]
    [InlineData("""{"panic":"explode","foo":1,"reboot":7}""", "foo", "panic", "reboot")]
    [InlineData("""{"panic":"\ud800"}""", "panic")]
    public async Task All_faults_of_a_body_are_told_together(string body, params string[] fields)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.PutAsync("/vms/web1/actions", body)).Invalid("/vms/web1/actions", "web1", fields);
        // Which values it takes, the VM may be asked.
        Assert.Empty(host.Fake("web1").Sent.Except(["query-qmp-schema"]));
    }

    [Fact]
    public async Task A_label_has_a_name()
    {
        await using var host = await GatewayHost.ConnectedAsync();
        (await host.PutAsync("/vms/web1", """{"endpoint":"unix:/fake/web1","labels":{"":"a"}}""")).Invalid("/vms/web1", "web1", "labels");
        Assert.Empty(host.Vms.All);
    }

    [Theory]
    [InlineData("{}", "action")]
    [InlineData("""{"action":"explode"}""", "action")]
    [InlineData("""{"action":"reset","panic":"none"}""", "panic")]
    public async Task A_watchdogs_body_has_an_action(string body, string field)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.PutAsync("/vms/web1/watchdog", body)).Invalid("/vms/web1/watchdog", "web1", field);
        // Which values it takes, the VM may be asked.
        Assert.Empty(host.Fake("web1").Sent.Except(["query-qmp-schema"]));
    }

    [Theory]
    [InlineData("{}", "execute")]
    [InlineData("""{"execute":"query-name","exec-oob":"query-name"}""", "execute")]
    [InlineData("""{"execute":5}""", "execute")]
    [InlineData("""{"execute":null}""", "execute")]
    [InlineData("""{"execute":"query-\udfff"}""", "execute")]
    [InlineData("""{"execute":"query-name","arguments":[]}""", "arguments")]
    [InlineData("""{"execute":"query-name","arguments":null}""", "arguments")]
    [InlineData("""{"execute":"query-name","arguments":"{}"}""", "arguments")]
    [InlineData("""{"execute":"query-name","id":1}""", "id")]
    [InlineData("""{"execute":"query-name","control":{}}""", "control")]
    [InlineData("""{"execute":"query-name","arguments":{"a":{"b":1,"b":2}}}""", "body")]
    [InlineData("""{"execute":"query-name","arguments":{"a":"\ud800"}}""", "arguments")]
    [InlineData("""{"execute":"query-name","arguments":{"\ud800":1}}""", "body")]
    [InlineData("""{"execute":"query-name","arguments":{"a":"\uffff"}}""", "arguments")]
    public async Task A_command_is_spelled_as_QMP_has_it(string body, string field)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.PostAsync("/vms/web1/qmp", body)).Invalid("/vms/web1/qmp", "web1", field);
        Assert.Empty(host.Fake("web1").Sent);
    }

    [Fact]
    public async Task Arguments_nest_as_deep_as_QEMU_takes_them_and_no_deeper()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Return("query-odd", "{}");
        // The command and the arguments are two levels of QEMU's 1024.
        (await host.PostAsync("/vms/web1/qmp", Nested(1022))).Ok();
        (await host.PostAsync("/vms/web1/qmp", Nested(1023))).Invalid("/vms/web1/qmp", "web1", "arguments");
        Assert.Single(host.Fake("web1").Sent);

        static string Nested(int depth) => $$$"""{"execute":"query-odd","arguments":{"a":{{{new string('[', depth)}}}{{{new string(']', depth)}}}}}""";
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/jsonx")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    public async Task A_body_that_is_not_called_JSON_is_not_read(string? type)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        foreach (var path in (string[])["/vms/web1/actions", "/vms/web1/watchdog", "/vms/web2"])
        {
            (await SendAsync(HttpMethod.Put, path)).Problem("unsupported-media-type", path, ("vm", path.Split('/')[2]));
        }

        (await SendAsync(HttpMethod.Post, "/vms/web1/qmp")).Problem("unsupported-media-type", "/vms/web1/qmp", ("vm", "web1"));
        Assert.Empty(host.Fake("web1").Sent);

        async Task<Answer> SendAsync(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"panic":"none"}""")) };
            request.Content.Headers.ContentType = type is null ? null : System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
            return await host.SendAsync(request);
        }
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("text/plain", " ")]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=x", "--x--")]
    [InlineData("application/x-www-form-urlencoded", "a=b")]
    public async Task A_route_without_a_body_refuses_any(string type, string body)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        foreach (var path in (string[])["/vms/web1/stop", "/reset", "/vms/web1/nmi", "/quit?wait=5"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
            request.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
            (await host.SendAsync(request)).Invalid(path.Split('?')[0], "web1", "body");
        }

        Assert.Empty(host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("GET", "/vms")]
    [InlineData("GET", "/vms/web1/status")]
    [InlineData("DELETE", "/vms/nope")]
    public async Task A_form_that_a_route_does_not_read_is_not_its_fault(string method, string path)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent("no parts") };
        request.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        Assert.Equal(method == "GET" ? 200 : 404, (await host.SendAsync(request)).Status);
    }

    [Theory]
    [InlineData("nonsense", "is not valid JSON at line 1, byte 2")]
    [InlineData("{\n  \"panic\": }", "is not valid JSON at line 2, byte 12")]
    [InlineData("", "is missing")]
    [InlineData("{\"panic\":\"none\",\"panic\":\"none\"}", "contains a duplicate member: 'panic'")]
    [InlineData("[[{\"a\":{\"x\":1,\"x\":2}}]]", "contains a duplicate member: 'x'")]
    public async Task What_is_wrong_with_JSON_is_said_in_plain_words(string body, string words)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var problem = (await host.PutAsync("/vms/web1/actions", body)).Invalid("/vms/web1/actions", "web1", "body");
        Assert.Equal(words, problem.GetProperty("errors").GetProperty("body")[0].GetString());
    }

    [Fact]
    public async Task JSON_that_is_nested_too_deep_is_said_to_be()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var problem = (await host.PutAsync("/vms/web1/actions", new string('[', 5000) + new string(']', 5000))).Invalid("/vms/web1/actions", "web1", "body");
        Assert.Equal("is nested more than 1032 levels deep", problem.GetProperty("errors").GetProperty("body")[0].GetString());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON;charset=UTF-8")]
    [InlineData("application/merge-patch+json")]
    [InlineData("application/vnd.example+json; charset=utf-8")]
    public async Task JSON_may_be_called_so_in_any_way(string type)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        using var request = new HttpRequestMessage(HttpMethod.Put, "/vms/web1/actions") { Content = new StringContent("""{"panic":"none"}""") };
        request.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        (await host.SendAsync(request)).Ok();
    }
}
