using Gateway.Configuration;
using Gateway.Settings;
using Gateway.Tests.Security;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Gateway.Tests.Observability;

/// <summary>Metrics about what runs: VMs with their labels, the gateway, its certificates and its process; and who sees which.</summary>
[Collection(nameof(MetricsTests))]
public sealed class InfoMetricsTests
{
    [Fact]
    public async Task A_VM_s_info_has_its_QEMU_and_the_labels_that_the_configuration_names()
    {
        await using var host = new GatewayHost("a", "b")
            .Set("Gateway:Metrics:Labels:0", "rack").Set("Gateway:Metrics:Labels:1", "example.org/tier")
            .Set("Gateway:Vms:a:Labels:rack", "r\"1\"").Set("Gateway:Vms:a:Labels:example.org/tier", "web").Set("Gateway:Vms:a:Labels:owner", "me");
        await host.StartAsync();
        await host.ConnectedAsync("a");
        await host.ConnectedAsync("b");
        var version = host.Snapshot("a").Qemu!.Version;
        var scrape = await Scrape.SeesAsync(host, "qmp_gateway_vm_info", 1, ("vm", "a"), ("qemu", version), ("rack", "r\\\"1\\\""), ("example_org_tier", "web"));
        Assert.Equal(1, scrape.Value("qmp_gateway_vm_info", ("vm", "b"), ("qemu", version)));
    }

    [Theory]
    [InlineData("vm")]
    [InlineData("qemu")]
    [InlineData("")]
    [InlineData("---")]
    [InlineData("rack", "rack")]
    [InlineData("a.b", "a_b")]
    public void A_label_that_cannot_be_shown_stops_the_start(params string[] labels)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(labels.Select(static (label, i) => KeyValuePair.Create($"Gateway:Metrics:Labels:{i}", (string?)label))).Build();
        Assert.Contains($"Gateway:Metrics:Labels:{labels.Length - 1} = '{labels[^1]}'", Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read(configuration)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runtime_tells_of_its_process_and_of_requests()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        (await host.GetAsync("/vms/a/status")).Ok();
        var version = (await host.GetAsync("/version")).Ok().Text("version");
        var scrape = await Scrape.UntilAsync(host, static now => now.Named("http_server_request_duration_seconds_count").Any(static one => one.Labels.GetValueOrDefault("http_route") == "vms/{vm}/status"), "a request");
        Assert.Equal(1, scrape.Value("qmp_gateway_build_info", ("version", version!)));
        Assert.Contains(scrape.Series, static one => one is { Name: "dotnet_process_memory_working_set_bytes", Value: > 0 });
        Assert.Contains(scrape.Series, static one => one is { Name: "dotnet_process_cpu_time_seconds_total", Value: > 0 });
        Assert.DoesNotContain("Exception", scrape.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(scrape.Series, static one => one.Name == "qmp_gateway_certificate_expiry_timestamp_seconds");
    }

    [Fact]
    public async Task The_first_certificate_to_expire_is_told_also_once_it_was_renewed()
    {
        using var directory = new TempDirectory();
        var file = Path.Combine(directory.Path, "certificate.pem");
        var soon = new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
        TestCertificate.Write(file, soon);
        await using var host = new GatewayHost("a").Set("Kestrel:Certificates:Default:Path", file).Set("Kestrel:Certificates:Default:KeyPath", Path.ChangeExtension(file, "key"));
        await host.StartAsync();
        await Scrape.SeesAsync(host, "qmp_gateway_certificate_expiry_timestamp_seconds", soon.ToUnixTimeSeconds());
        TestCertificate.Write(file, soon.AddDays(90));
        await Scrape.SeesAsync(host, "qmp_gateway_certificate_expiry_timestamp_seconds", soon.AddDays(90).ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_caller_who_may_see_some_VMs_gets_their_series_alone()
    {
        await using var host = new GatewayHost("web1", "db1").WithKey("web", "viewer", "web*").WithKey("all", "viewer").WithKey("elsewhere", "viewer", "x*").WithKey("none", null)
            .Set("Gateway:Metrics:Labels:0", "owner").Set("Gateway:Metrics:Labels:1", "zone").Set("Gateway:Vms:db1:Labels:owner", ",vm=").Set("Gateway:Vms:db1:Labels:zone", ",vm=\"web1\"");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.ConnectedAsync("db1");

        var whole = (await host.GetAsync("/metrics", Keys.As("all"))).Text;
        Assert.Contains("vm=\"db1\"", whole, StringComparison.Ordinal);
        var answer = await host.GetAsync("/metrics", Keys.As("web"));
        Assert.Equal((200, "text/plain"), (answer.Status, answer.ContentType!.Split(';')[0]));
        Assert.DoesNotContain("db1", answer.Text, StringComparison.Ordinal);
        Assert.All(Lines(answer.Text), static line => Assert.Matches("vm=\"web1\"|^qmp_gateway_build_info", line));
        Assert.Equal(Lines(whole).Count(static line => line.Contains("vm=\"web1\"", StringComparison.Ordinal) && !line.Contains("db1", StringComparison.Ordinal)) + 1, Lines(answer.Text).Length);
        Assert.Contains("# TYPE qmp_gateway_vm_connected gauge", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("qmp_gateway_vms", answer.Text, StringComparison.Ordinal);
        Assert.Single(Lines((await host.GetAsync("/metrics", Keys.As("elsewhere"))).Text));
        (await host.GetAsync("/metrics", Keys.As("none"))).Problem("forbidden", "/metrics");
    }

    private static string[] Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => !line.StartsWith('#'))];
}
