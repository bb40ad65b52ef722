using Gateway.Configuration;
using Gateway.Journal;
using Gateway.Settings;
using Gateway.Vms;
using Microsoft.Extensions.Configuration;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    [Fact]
    public void Nothing_configured_means_the_defaults_of_the_contract()
    {
        var options = Read();

        Assert.Empty(options.Vms);
        Assert.Empty(options.ConfiguredVms().Define());
        Assert.Null(options.DefaultVm);
        Assert.Empty(options.Discovery.Paths);
        Assert.Equal(1_000_000, options.Journal.KeepEvents);
        Assert.Equal(100_000, options.Journal.KeepEventsPerVm);
        Assert.Equal(30, options.Journal.KeepDays);
        Assert.Equal(JournalSync.Full, options.Journal.Sync);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Qmp.CommandTimeout);
        Assert.Equal((2048, 256, 10_000, 10_000), (options.Limits.Requests, options.Limits.RequestsPerVm, options.Limits.Readers, options.Limits.Vms));
        Assert.Equal((1 << 20, 64 << 20, 32 << 10), (options.Limits.BodyBytes, options.Limits.QmpBodyBytes, options.Limits.HeaderBytes));
        Assert.Equal((256 << 20, 32 << 10), (options.Limits.ReplyBytes, options.Limits.HubMessageBytes));
        Assert.Empty(options.Security.AllowedHosts);
        Assert.Empty(options.Security.AllowedOrigins);
    }

    [Fact]
    public void A_full_sample_is_read()
    {
        var options = Json("""
            {
              "Vms": {
                "web1": {
                  "Endpoint": "unix:/run/qemu/web1.qmp",
                  "Labels": { "rack": "a", "owner": "" },
                  "Actions": { "Reboot": "reset", "Shutdown": "pause", "Panic": "exit-failure", "Watchdog": "inject-nmi" }
                },
                "0.a-b_c": { "Endpoint": "tcp:[::1]:4444" }
              },
              "DefaultVm": "yet-to-come",
              "Discovery": { "Paths": [ "/run/qemu", "/run/more" ] },
              "DataDirectory": "/var/lib/qmp-gateway",
              "Journal": { "KeepEvents": 10, "KeepEventsPerVm": 5, "KeepDays": 1, "Sync": "normal" },
              "Qmp": { "CommandTimeout": "00:00:30" },
              "Security": { "AllowedHosts": [ "gw.example.org", "192.0.2.1" ], "AllowedOrigins": [ "https://dash.example.org", "http://localhost:3000" ] }
            }
            """);

        var vms = options.ConfiguredVms().Define().ToDictionary(vm => vm.Id);
        Assert.Equal(["0.a-b_c", "web1"], vms.Keys.Order(StringComparer.Ordinal));
        Assert.All(vms.Values, vm => Assert.Equal(VmSource.Configuration, vm.Source));
        Assert.Equal("unix:/run/qemu/web1.qmp", vms["web1"].Endpoint.ToString());
        Assert.Equal([new("owner", ""), new("rack", "a")], vms["web1"].Labels);
        Assert.Equal(
            new SetActionArguments
            {
                Reboot = RebootAction.Reset,
                Shutdown = ShutdownAction.Pause,
                Panic = PanicAction.ExitFailure,
                Watchdog = WatchdogAction.InjectNmi,
            },
            vms["web1"].Actions!);
        Assert.Null(vms["0.a-b_c"].Actions);
        Assert.Equal("yet-to-come", options.DefaultVm);
        Assert.Equal(["/run/qemu", "/run/more"], options.Discovery.Paths);
        Assert.Equal("/var/lib/qmp-gateway", options.DataPath());
        Assert.Equal((10, 5, 1, JournalSync.Normal), (options.Journal.KeepEvents, options.Journal.KeepEventsPerVm, options.Journal.KeepDays, options.Journal.Sync));
        Assert.Equal(TimeSpan.FromSeconds(30), options.Qmp.CommandTimeout);
    }

    [Theory]
    [InlineData("Gateway:Vmz", "x")]
    [InlineData("Gateway:Limits:Request", "5")]
    [InlineData("Gateway:Limits", "none")]
    [InlineData("Gateway:Journal:KeepEvent", "5")]
    [InlineData("Gateway:Journal:KeepEvents:Max", "5")]
    [InlineData("Gateway:Vms:web1:Endpiont", "unix:/s")]
    [InlineData("Gateway:Vms:web1:Actions:Boot", "reset")]
    [InlineData("Gateway:Vms:web1:Labels:rack:row", "a")]
    [InlineData("Gateway:Security:AllowedHosts:0:Name", "a")]
    [InlineData("Gateway:Vms:web1", "unix:/s")]
    [InlineData("Gateway:Vms", "unix:/s")]
    [InlineData("Gateway:Vms:web1:Labels", "rack=a")]
    [InlineData("Gateway:Discovery:Paths", "/run/qemu")]
    [InlineData("Gateway:Security:AllowedHosts", "gw.example.org")]
    [InlineData("Gateway:Journal", "off")]
    [InlineData("Gateway", "on")]
    public void A_key_that_sets_nothing_is_told_with_its_value(string key, string value) =>
        Assert.Contains($"{key} = '{value}'", Fault((key, value)), StringComparison.Ordinal);

    [Theory]
    [InlineData("Gateway:Vms:web1:Endpoint", "/run/qemu/web1.qmp")]
    [InlineData("Gateway:Vms:web1:Endpoint", "unix:relative")]
    [InlineData("Gateway:Vms:web1:Endpoint", "unix:")]
    [InlineData("Gateway:Vms:web1:Endpoint", "")]
    [InlineData("Gateway:Vms:web1:Endpoint", "tcp:host")]
    [InlineData("Gateway:Vms:web1:Endpoint", "tcp:host:0")]
    [InlineData("Gateway:Vms:web1:Endpoint", "tcp:::1:4444")]
    [InlineData("Gateway:DefaultVm", "Web1")]
    [InlineData("Gateway:Discovery:Paths:0", "run/qemu")]
    [InlineData("Gateway:Discovery:Paths:0", "*.qmp")]
    [InlineData("Gateway:Discovery:Paths:0", "")]
    [InlineData("Gateway:Discovery:Paths:0", "/run/*/web1.qmp")]
    [InlineData("Gateway:Discovery:Paths:0", "/run/*/*.qmp")]
    [InlineData("Gateway:Discovery:Paths:0", "/run/qem?/")]
    [InlineData("Gateway:Discovery:Paths:0", "/run/**/*.qmp")]
    [InlineData("Gateway:Sockets:Mode", "600x")]
    [InlineData("Gateway:Sockets:Mode", "0680")]
    [InlineData("Gateway:Sockets:Mode", "4600")]
    [InlineData("Gateway:Sockets:Mode", "")]
    [InlineData("Gateway:Sockets:Mode", "rw-------")]
    [InlineData("Gateway:Sockets:Group", "no such group")]
    [InlineData("Gateway:Sockets:Group", "")]
    [InlineData("Gateway:Limits:Connections", "0")]
    [InlineData("Gateway:Journal:KeepEvents", "0")]
    [InlineData("Gateway:Journal:KeepEvents", "1000000001")]
    [InlineData("Gateway:Journal:KeepEvents", "many")]
    [InlineData("Gateway:Journal:KeepEventsPerVm", "-1")]
    [InlineData("Gateway:Journal:KeepDays", "0")]
    [InlineData("Gateway:Journal:KeepDays", "36501")]
    [InlineData("Gateway:Journal:KeepDays", "1.5")]
    [InlineData("Gateway:Journal:Sync", "sometimes")]
    [InlineData("Gateway:Journal:Sync", "7")]
    [InlineData("Gateway:Limits:Requests", "0")]
    [InlineData("Gateway:Limits:RequestsPerVm", "1000001")]
    [InlineData("Gateway:Limits:Readers", "-1")]
    [InlineData("Gateway:Limits:Vms", "-1")]
    [InlineData("Gateway:Limits:Bulk", "0")]
    [InlineData("Gateway:Limits:BodyBytes", "1MiB")]
    [InlineData("Gateway:Limits:QmpBodyBytes", "67108865")]
    [InlineData("Gateway:Limits:HeaderBytes", "1048577")]
    [InlineData("Gateway:Limits:ReplyBytes", "4095")]
    [InlineData("Gateway:Limits:HubMessageBytes", "0")]
    [InlineData("Gateway:Qmp:CommandTimeout", "00:00:00")]
    [InlineData("Gateway:Qmp:CommandTimeout", "-00:00:01")]
    [InlineData("Gateway:Qmp:CommandTimeout", "01:00:01")]
    [InlineData("Gateway:Qmp:CommandTimeout", "soon")]
    [InlineData("Gateway:Security:AllowedHosts:0", "gw.example.org:8080")]
    [InlineData("Gateway:Security:AllowedHosts:0", "http://gw.example.org")]
    [InlineData("Gateway:Security:AllowedHosts:0", "")]
    [InlineData("Gateway:Security:AllowedHosts:0", "*")]
    [InlineData("Gateway:Security:AllowedOrigins:0", "dash.example.org")]
    [InlineData("Gateway:Security:AllowedOrigins:0", "https://dash.example.org/")]
    [InlineData("Gateway:Security:AllowedOrigins:0", "https://dash.example.org/page")]
    [InlineData("Gateway:Security:AllowedOrigins:0", "https://me@dash.example.org")]
    [InlineData("Gateway:Security:AllowedOrigins:0", "ftp://dash.example.org")]
    [InlineData("Gateway:Security:AllowedOrigins:0", "*")]
    [InlineData("Gateway:Security:AllowedOrigins:0", "null")]
    [InlineData("Gateway:Vms:web1:Actions:Reboot", "poweroff")]
    [InlineData("Gateway:Vms:web1:Actions:Shutdown", "Pause")]
    [InlineData("Gateway:Vms:web1:Actions:Panic", "run")]
    [InlineData("Gateway:Vms:web1:Actions:Watchdog", "")]
    public void A_bad_value_is_told_with_its_key(string key, string value)
    {
        var message = key.EndsWith(":Endpoint", StringComparison.Ordinal) ? Fault((key, value)) : Fault(("Gateway:Vms:web1:Endpoint", "unix:/s"), (key, value));

        Assert.Contains(key, message, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("maybe")]
    [InlineData("")]
    [InlineData("7")]
    public void A_bad_word_is_told_with_those_that_are_right(string sync) =>
        Assert.Equal($"Gateway:Journal:Sync = '{sync}' must be full or normal", Fault(("Gateway:Journal:Sync", sync)));

    [Fact]
    public void A_label_without_a_name_is_told() => Assert.Contains(
        "Gateway:Vms:web1:Labels: = 'a' has no name", Fault(("Gateway:Vms:web1:Endpoint", "unix:/s"), ("Gateway:Vms:web1:Labels:", "a")), StringComparison.Ordinal);

    [Theory]
    [InlineData("Web1")]
    [InlineData("-web1")]
    [InlineData("web 1")]
    [InlineData("wéb")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public void A_bad_id_of_a_vm_is_told(string id)
    {
        var message = Fault(($"Gateway:Vms:{id}:Endpoint", "unix:/s"));

        Assert.Contains($"Gateway:Vms:{id}", message, StringComparison.Ordinal);
        Assert.Contains(VmDefinition.IdFormat, message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_may_have_63_characters() =>
        Assert.Single(Read(($"Gateway:Vms:{new string('a', 63)}:Endpoint", "unix:/s")).Vms);

    [Fact]
    public void A_vm_without_endpoint_is_told() =>
        Assert.Contains("Gateway:Vms:web1:Endpoint is missing", Fault(("Gateway:Vms:web1:Labels:rack", "a")), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "Vms": { "web1": null } }""", "Gateway:Vms:web1:Endpoint is missing")]
    [InlineData("""{ "Vms": { "web1": {} } }""", "Gateway:Vms:web1:Endpoint is missing")]
    [InlineData("""{ "Vms": { "web1": { "Endpoint": "unix:/s", "Labels": { "rack": null } } } }""", "Gateway:Vms:web1:Labels:rack")]
    [InlineData("""{ "Discovery": { "Paths": [ null ] } }""", "Gateway:Discovery:Paths:0")]
    [InlineData("""{ "Security": { "AllowedHosts": [ null ], "AllowedOrigins": [ null ] } }""", "Gateway:Security:AllowedOrigins:0")]
    public void Null_is_no_value(string json, string told) =>
        Assert.Contains(told, Assert.Throws<ConfigurationException>(() => Json(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "Vms": {}, "Discovery": {}, "Journal": {}, "Security": { "AllowedHosts": [] } }""")]
    [InlineData("""{ "Vms": null, "DefaultVm": null, "Discovery": null, "Journal": null, "Qmp": null, "Security": null }""")]
    [InlineData("""{ "Vms": { "web1": { "Endpoint": "unix:/s", "Labels": null, "Actions": null } }, "Discovery": { "Paths": null } }""")]
    public void What_is_empty_or_null_as_a_whole_means_the_default(string json) =>
        Assert.Equal(Read().Journal.KeepEvents, Json(json).Journal.KeepEvents);

    [Fact]
    public void All_faults_are_told_together()
    {
        var message = Fault(
            ("Gateway:Colour", "blue"),
            ("Gateway:Vms:web1:Endpoint", "nowhere"),
            ("Gateway:Vms:web2:Actions:Panic", "run"),
            ("Gateway:Journal:KeepDays", "0"),
            ("Gateway:Security:AllowedHosts:0", "a:1"));

        var lines = message.Split(Environment.NewLine);
        Assert.Collection(
            lines.Order(StringComparer.Ordinal),
            line => Assert.StartsWith("Gateway:Colour = 'blue'", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Gateway:Journal:KeepDays = '0'", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Gateway:Security:AllowedHosts:0 = 'a:1'", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Gateway:Vms:web1:Endpoint = 'nowhere'", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Gateway:Vms:web2:Actions:Panic = 'run'", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Gateway:Vms:web2:Endpoint is missing", line, StringComparison.Ordinal));
    }

    private static GatewayOptions Json(string section) => ConfigurationReader.Read(new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes($$"""{ "Gateway": {{section}} }""")))
        .Build());

    private static GatewayOptions Read(params (string Key, string Value)[] settings) => ConfigurationReader.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)))
        .Build());

    private static string Fault(params (string Key, string Value)[] settings) =>
        Assert.Throws<ConfigurationException>(() => Read(settings)).Message;
}
