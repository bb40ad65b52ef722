using Gateway.Tests.Security;
using Xunit;

namespace Gateway.Tests.NativeQmp;

/// <summary>To a client of native QMP the gateway is a QEMU of its own.</summary>
public sealed class NativeQmpSessionTests
{
    private const string Expecting = """{"error":{"class":"CommandNotFound","desc":"Expecting capabilities negotiation with 'qmp_capabilities'"}}""";

    [Theory]
    [InlineData("/vms/web1/qmp")]
    [InlineData("/qmp")]
    public async Task It_greets_as_this_QEMU_and_takes_nothing_before_the_negotiation(string path)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var client = await NativeClient.OverWebSocketAsync(host, path);
        Assert.Equal("""{"QMP":{"version":{"qemu": {"micro":22,"minor":2,"major":7}, "package": "Fake 1:7.2"},"capabilities":["oob"]}}""", await client.NextAsync());
        Assert.Equal(Expecting, await client.AskAsync("""{"execute":"query-status"}"""));
        Assert.Equal("""{"id":5,"error":{"class":"GenericError","desc":"Parameter 'x' is unexpected"}}""", await client.AskAsync("""{"execute":"qmp_capabilities","arguments":{"x":1},"id":5}"""));
        Assert.Equal("""{"error":{"class":"GenericError","desc":"Parameter 'enable[0]' does not accept value 'fun'"}}""", await client.AskAsync("""{"execute":"qmp_capabilities","arguments":{"enable":["fun"]}}"""));
        Assert.Equal("""{"return":{}}""", await client.AskAsync("""{"execute":"qmp_capabilities"}"""));
        Assert.Equal("""{"error":{"class":"CommandNotFound","desc":"Capabilities negotiation is already complete, command ignored"}}""", await client.AskAsync("""{"execute":"qmp_capabilities"}"""));
        Assert.Equal($$"""{"return":{{FakeVm.Running}}}""", await client.AskAsync("""{"execute":"query-status"}"""));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("18446744073709551615")]
    [InlineData("1.50")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("\"é\\u00e9\"")]
    [InlineData("""[1,{"a":[]}]""")]
    public async Task An_id_comes_back_as_it_was_spelled(string id)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var client = await NativeClient.NegotiatedAsync(host);
        Assert.Equal($$"""{"return":{{FakeVm.Running}},"id":{{id}}}""", await client.AskAsync($$"""{"execute":"query-status","id":{{id}}}"""));
        Assert.Equal(Error(id, "CommandNotFound", "The command query-nope has not been found"), await client.AskAsync($$"""{"id":{{id}},"execute":"query-nope"}"""));
    }

    [Theory]
    [InlineData("[]", "QMP input must be a JSON object")]
    [InlineData("5 ", "QMP input must be a JSON object")]
    [InlineData("\"x\"", "QMP input must be a JSON object")]
    [InlineData("true ", "QMP input must be a JSON object")]
    [InlineData("garbage\n", "JSON parse error, invalid keyword 'garbage'")]
    [InlineData("}", "JSON parse error, expecting value")]
    [InlineData("{}", "QMP input lacks member 'execute'")]
    [InlineData("""{"execute":5}""", "QMP input member 'execute' must be a string")]
    [InlineData("""{"execute":"stop","exec-oob":"stop"}""", "QMP input member 'execute' clashes with 'exec-oob'")]
    [InlineData("""{"execute":"stop","arguments":[]}""", "QMP input member 'arguments' must be an object")]
    [InlineData("""{"execute":"stop","control":{}}""", "QMP input member 'control' is unexpected")]
    public async Task What_is_wrong_is_told_as_QEMU_tells_it_and_the_session_goes_on(string message, string description)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var client = await NativeClient.NegotiatedAsync(host);
        Assert.Equal(Error(null, "GenericError", description), await client.AskAsync(message));
        Assert.Equal($$"""{"return":{{FakeVm.Running}},"id":"a"}""", await client.AskAsync("{'execute':'query-status','id':'a'}"));
        Assert.DoesNotContain("stop", host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("qom-get")]
    [InlineData("qom-list-get")]
    public async Task To_return_values_of_properties_takes_a_rule_and_is_written_down(string command)
    {
        await using var host = new GatewayHost("web1", "db1").Set("Gateway:CommandPolicy:Rules:look:Command", "qom-*").Set("Gateway:CommandPolicy:Rules:look:Effect", "allow")
            .Set("Gateway:CommandPolicy:Rules:look:Vms:0", "web1");
        await host.StartAsync();
        foreach (var (vm, outcome) in new[] { ("web1", "done"), ("db1", "forbidden") })
        {
            await host.ConnectedAsync(vm);
            host.Fake(vm).Return(command, "[]");
            await using var client = await NativeClient.OverWebSocketAsync(host, $"/vms/{vm}/qmp");
            await client.NegotiateAsync();
            var answer = await client.AskAsync($$"""{"execute":"{{command}}","arguments":{"paths":["/objects/sec0"]} }""");
            Assert.Equal(outcome == "done", answer == """{"return":[]}""");
            var record = (await host.GetAsync($"/audit?vm={vm}")).Ok().GetProperty("items")[0];
            Assert.Equal((command, outcome), (record.Text("command"), record.Text("outcome")));
        }

        Assert.Empty(host.Fake("db1").Sent);
        Assert.Equal(403, (await host.PostAsync("/vms/db1/qmp", $$"""{"execute":"{{command}}"}""")).Status);
    }

    [Fact]
    public async Task Commands_are_answered_in_order_and_out_of_band_ones_pass()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var fake = host.Fake("web1");
        fake.Hang("query-block");
        fake.Return("query-name", "{}");
        await using var client = await NativeClient.NegotiatedAsync(host);
        await client.SendAsync("""{"execute":"query-block","id":1}{"execute":"query-name","id":2}{"exec-oob":"query-name","id":3}""");
        Assert.Equal("""{"return":{},"id":3}""", await client.NextAsync());
        Assert.True((await fake.ReceivedAsync("query-name")).OutOfBand);
        await fake.ReturnAsync(await fake.ReceivedAsync("query-block"), "[]");
        Assert.Equal("""{"return":[],"id":1}""", await client.NextAsync());
        Assert.Equal("""{"return":{},"id":2}""", await client.NextAsync());
    }

    [Fact]
    public async Task A_client_that_did_not_enable_it_has_no_out_of_band_execution()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var client = await NativeClient.OverWebSocketAsync(host);
        await client.NextAsync();
        await client.AskAsync("""{"execute":"qmp_capabilities"}""");
        Assert.Contains("'exec-oob' is unexpected", await client.AskAsync("""{"exec-oob":"query-name"}"""));
    }

    [Fact]
    public async Task Events_come_once_negotiated_and_before_the_answer_that_they_belong_to()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1", "web2");
        await using var client = await NativeClient.OverWebSocketAsync(host);
        await client.NextAsync();
        await host.Fake("web1").EventAsync("EARLY");
        await host.EventAsync("web1", "EARLY");
        await client.AskAsync("""{"execute":"qmp_capabilities"}""");
        await host.Fake("web2").EventAsync("FOREIGN");
        await host.Fake("web1").EventAsync("NAMED", """{"arg1": 18446744073709551615}""");
        Assert.Equal("""NAMED {"arg1": 18446744073709551615}""", await client.EventAsync());
        await client.SendAsync("""{"execute":"stop","id":1}{"execute":"cont","id":2}""");
        Assert.Equal("STOP", await client.EventAsync());
        Assert.Equal("""{"return":{},"id":1}""", await client.NextAsync());
        Assert.Equal("RESUME", await client.EventAsync());
        Assert.Equal("""{"return":{},"id":2}""", await client.NextAsync());
    }

    [Fact]
    public async Task A_timestamp_is_QEMUs_and_minus_one_where_it_had_none()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var client = await NativeClient.NegotiatedAsync(host);
        await host.Fake("web1").SendAsync("""{"timestamp": {"seconds": 1795593123, "microseconds": 832943}, "event": "A"}""");
        Assert.Equal("""{"timestamp":{"seconds":1795593123,"microseconds":832943},"event":"A"}""", await client.NextAsync());
        await host.Fake("web1").SendAsync("""{"timestamp": {"seconds": -1, "microseconds": -1}, "event": "B", "data": {"x": 1}}""");
        Assert.Equal("""{"timestamp":{"seconds":-1,"microseconds":-1},"event":"B","data":{"x": 1}}""", await client.NextAsync());
    }

    [Fact]
    public async Task It_ends_with_the_VMs_connection_after_the_last_event_and_answer()
    {
        await using var host = new GatewayHost("web1").Set("Gateway:CommandPolicy:Rules:q:Command", "quit").Set("Gateway:CommandPolicy:Rules:q:Effect", "allow");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await using var client = await NativeClient.NegotiatedAsync(host);
        await using var other = await NativeClient.NegotiatedAsync(host);
        host.Fake("web1").IsListening = false;
        await client.SendAsync("""{"execute":"quit","id":1}""");
        Assert.Equal("""SHUTDOWN {"guest": false, "reason": "host-qmp-quit"}""", await client.EventAsync());
        Assert.Equal(["""{"return":{},"id":1}"""], await client.EndAsync());
        Assert.Contains("SHUTDOWN", Assert.Single(await other.EndAsync()));
        await RefusedAsync(503, host);
    }

    [Fact]
    public async Task A_request_that_is_no_upgrade_is_told_so()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.GetAsync("/vms/web1/qmp")).Problem("invalid-request", "/vms/web1/qmp", ("vm", "web1"), ("errors", null));
    }

    [Fact]
    public async Task What_became_of_a_command_is_told_in_words()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var client = await NativeClient.NegotiatedAsync(host);
        Assert.Contains("human monitor", await client.AskAsync("""{"execute":"human-monitor-command","arguments":{"command-line":"quit"}}"""));
        Assert.Contains("cannot be passed through the gateway", await client.AskAsync("""{"execute":"getfd","arguments":{"fdname":"x"}}"""));
        Assert.Contains("QEMU cannot read the command", await client.AskAsync("""{"execute":"query-name","arguments":{"x":"\uffff"}}"""));
        host.Fake("web1").Refuse("query-name", "DeviceNotFound", "no");
        Assert.Equal("""{"error":{"class":"DeviceNotFound","desc":"no"}}""", await client.AskAsync("""{"execute":"query-name"}"""));
        Assert.DoesNotContain("getfd", host.Fake("web1").Sent);
    }

    [Fact]
    public async Task What_can_change_something_is_audited_and_what_only_reads_is_not()
    {
        await using var host = new GatewayHost("web1").WithKey("root", "admin");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await using var client = await NativeClient.NegotiatedAsync(host, Keys.Of("root"));
        await client.AskAsync("""{"execute":"query-status"}""");
        await client.AskAsync("""{"execute":"inject-nmi"}""");
        await client.AskAsync("""{"execute":"object-add","arguments":{"qom-type":"secret","id":"s","data":"hidden"}}""");
        host.Fake("web1").Refuse("set-action");
        await client.AskAsync("""{"execute":"set-action","arguments":{"panic":"pause"}}""");
        var lines = (await host.GetAsync("/audit", Keys.As("root"))).Ok().GetProperty("items").EnumerateArray().Reverse().ToArray();
        Assert.Equal(
            ["inject-nmi done ", "object-add forbidden command-forbidden", "set-action refused command-refused"],
            lines.Select(static line => $"{line.GetProperty("command")} {line.GetProperty("outcome")} {line.GetProperty("problem")}"));
        Assert.All(lines, static line => Assert.Equal(("root", "QMP", "/vms/web1/qmp"), (line.GetProperty("who").GetString(), line.GetProperty("method").GetString(), line.GetProperty("path").GetString())));
        Assert.DoesNotContain("hidden", lines[1].GetRawText());
    }

    [Fact]
    public async Task It_ends_when_the_key_is_taken_away_and_takes_an_admin()
    {
        await using var host = new GatewayHost("web1").WithKey("gone", "admin").WithKey("looks", "operator");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await RefusedAsync(403, host, Keys.Of("looks"));
        await using var client = await NativeClient.NegotiatedAsync(host, Keys.Of("gone"));
        Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<Gateway.Access.AccessRules>(host.Services)
            .Change(new Gateway.Access.SecurityOptions { ApiKeys = { ["looks"] = new() { Hash = Gateway.Access.KeyHash.Of("salt", Keys.Of("looks")).ToString() } } });
        Assert.Empty(await client.EndAsync());
    }

    [Fact]
    public async Task It_takes_a_readers_place_and_is_counted()
    {
        await using var host = new GatewayHost("web1").Set("Gateway:Limits:Readers", "1");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await using (var client = await NativeClient.NegotiatedAsync(host))
        {
            await SeesAsync(1);
            await RefusedAsync(429, host);
        }

        await SeesAsync(0);

        Task SeesAsync(int readers) => host.EventuallyAsync(
            () => host.GetAsync("/metrics").Result.Text.Contains($"qmp_gateway_readers{{kind=\"qmp\"}} {readers}\n"), $"{readers} readers");
    }

    private static string Error(string? id, string errorClass, string description) =>
        $$"""{{{(id is null ? "" : $"\"id\":{id},")}}"error":{"class":"{{errorClass}}","desc":"{{description}}"}""" + "}";

    private static async Task RefusedAsync(int status, GatewayHost host, string? bearer = null) => Assert.Contains(
        $"status code: {status}", (await Assert.ThrowsAsync<InvalidOperationException>(() => NativeClient.OverWebSocketAsync(host, bearer: bearer))).Message);
}
