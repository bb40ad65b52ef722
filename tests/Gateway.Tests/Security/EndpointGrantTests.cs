using Gateway.Access;
using Gateway.Configuration;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>Where an administrator of some VMs may register them.</summary>
public sealed class EndpointGrantTests : IDisposable
{
    private readonly string directory = GatewayHost.NewDirectory();

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData("unix:/run/qemu/web-*", "unix:/run/qemu/web-7.qmp", true)]
    [InlineData("unix:/run/qemu/web-*", "unix:/run/qemu/db1.qmp", false)]
    [InlineData("unix:/run/qemu/web-*", "unix:/run/qemu/web-7/../db1.qmp", false)]
    [InlineData("unix:/run/qemu/web-*", "unix:/run/qemu/web-7/db1.qmp", false)]
    [InlineData("unix:/run/qemu/web-*", "unix:/run/qemu/./web-7.qmp", false)]
    [InlineData("unix:/run/qemu/web-*", "unix:/run//qemu/web-7.qmp", false)]
    [InlineData("unix:/run/qemu/web-*", "unix:/run/qemu/web-7/", false)]
    [InlineData("unix:/run/qemu/web-*", "unix:/run/qemu/web-..", true)]
    [InlineData("unix:/run/qemu/web-*", "unix:/tmp/run/qemu/web-7.qmp", false)]
    [InlineData("unix:/run/qemu/web-*", "unix:/run/qemu/WEB-7.qmp", false)]
    [InlineData("unix:/run/*/*.qmp", "unix:/run/qemu/web-7.qmp", true)]
    [InlineData("unix:/run/*/*.qmp", "unix:/run/../x.qmp", false)]
    [InlineData("unix:/*", "unix:/run/x", false)]
    [InlineData("unix:/var/run/qemu-none/*", "unix:/var/run/qemu-none/web-7.qmp", true)]
    [InlineData("unix:/run/qemu/web-*", "tcp:127.0.0.1:4444", false)]
    [InlineData("tcp:10.0.0.*:4444", "tcp:10.0.0.7:4444", true)]
    [InlineData("tcp:10.0.0.*:4444", "tcp:[::ffff:10.0.0.7]:4444", true)]
    [InlineData("tcp:10.0.0.*:4444", "tcp:10.0.0.7.evil.example:4444", false)]
    [InlineData("tcp:10.0.0.*:4444", "tcp:10.0.0.7:44445", false)]
    [InlineData("tcp:10.0.0.*:4444", "tcp:10.0.1.7:4444", false)]
    [InlineData("tcp:web-*:44*", "tcp:web-7:4444", true)]
    [InlineData("tcp:web-*:44*", "tcp:Web-7.:4444", true)]
    [InlineData("tcp:web-*:44*", "tcp:db-7:4444", false)]
    [InlineData("*", "unix:/any/where", true)]
    public void A_pattern_takes_no_other_spelling(string pattern, string endpoint, bool matches) =>
        Assert.Equal(matches, EndpointPattern.TryParse(pattern)!.Matches(QmpEndpoint.Parse(endpoint)));

    [Theory]
    [InlineData("unix:relative")]
    [InlineData("unix:/a/../b")]
    [InlineData("unix:/a//b")]
    [InlineData("tcp:host")]
    [InlineData("/run/qemu/*")]
    [InlineData("")]
    public void What_is_not_a_pattern_stops_the_start(string pattern)
    {
        var fault = Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:Security:ApiKeys:web:Hash"] = KeyHash.Of("salt", "key").ToString(),
            ["Gateway:Security:ApiKeys:web:Grants:0:Role"] = "admin",
            ["Gateway:Security:ApiKeys:web:Grants:0:Endpoints:0"] = pattern,
        }).Build())).Message;
        Assert.Contains($"Gateway:Security:ApiKeys:web:Grants:0:Endpoints:0 = '{pattern}'", fault);
    }

    [Fact]
    public void A_link_leads_no_further_than_the_grant()
    {
        var (web, other) = (Directory.CreateDirectory(Path.Combine(directory, "web")).FullName, Directory.CreateDirectory(Path.Combine(directory, "other")).FullName);
        File.CreateSymbolicLink(Path.Combine(web, "web-1.qmp"), Path.Combine(other, "yet-to-come.qmp"));
        File.CreateSymbolicLink(Path.Combine(web, "web-2.qmp"), "web-3.qmp");
        Directory.CreateSymbolicLink(Path.Combine(directory, "alias"), web);
        Directory.CreateSymbolicLink(Path.Combine(web, "web-dir"), other);
        var pattern = EndpointPattern.TryParse($"unix:{web}/web-*")!;
        Assert.False(pattern.Matches(QmpEndpoint.Parse($"unix:{web}/web-1.qmp")));
        Assert.True(pattern.Matches(QmpEndpoint.Parse($"unix:{web}/web-2.qmp")));
        Assert.False(pattern.Matches(QmpEndpoint.Parse($"unix:{directory}/alias/web-4.qmp")));
        // A link in what the operator wrote is the operator's.
        Assert.True(EndpointPattern.TryParse($"unix:{directory}/alias/web-*")!.Matches(QmpEndpoint.Parse($"unix:{directory}/alias/web-4.qmp")));
        Assert.False(EndpointPattern.TryParse($"unix:{web}/*/*")!.Matches(QmpEndpoint.Parse($"unix:{web}/web-dir/x.qmp")));
    }

    [Fact]
    public async Task An_administrator_of_some_VMs_registers_them_at_the_endpoints_of_the_grant_alone()
    {
        await using var host = new GatewayHost("db1").WithKey("root", "admin").WithKey("web", "admin", "web-*").WithEndpoints("web", "unix:/fake/web-*").WithKey("bare", "admin", "web-*")
            .WithKey("both", "admin", "web-*").WithKey("all", "admin").WithEndpoints("all", "unix:/fake/*");
        await host.StartAsync();
        (await PutAsync(host, "web", "web-7", "unix:/fake/web-7")).Ok(201);
        foreach (var endpoint in (string[])["unix:/fake/other", "unix:/fake/db1", "unix:/fake/web-/../db1", "tcp:127.0.0.1:4444"])
        {
            (await PutAsync(host, "web", "web-7", endpoint)).Problem("forbidden", "/vms/web-7", ("vm", "web-7"));
            (await PutAsync(host, "web", "web-8", endpoint)).Problem("forbidden", "/vms/web-8", ("vm", "web-8"));
        }

        (await PutAsync(host, "bare", "web-8", "unix:/fake/web-8")).Problem("forbidden", "/vms/web-8", ("vm", "web-8"));
        (await PutAsync(host, "web", "db2", "unix:/fake/web-8")).Problem("forbidden", "/vms/db2", ("vm", "db2"));
        (await PutAsync(host, "all", "db2", "unix:/elsewhere/db2")).Problem("forbidden", "/vms/db2", ("vm", "db2"));
        (await PutAsync(host, "root", "web-8", "unix:/elsewhere/web-8")).Ok(201);
        // It is at that endpoint already, and only what else is known of it changes.
        (await host.PutAsync("/vms/web-8", """{"endpoint":"unix:/elsewhere/web-8","labels":{"rack":"a"}}""", Keys.As("web"))).Ok();
        (await PutAsync(host, "web", "web-8", "unix:/elsewhere/web-9")).Problem("forbidden", "/vms/web-8", ("vm", "web-8"));
    }

    [Fact]
    public async Task Nobody_registers_a_VM_at_anothers_monitor()
    {
        await using var host = new GatewayHost("db1").WithKey("root", "admin").WithKey("web", "admin", "web-*").WithEndpoints("web", "unix:/fake/*");
        await host.StartAsync();
        foreach (var caller in (string[])["root", "web"])
        {
            var refused = await PutAsync(host, caller, "web-7", "unix:/fake/db1");
            refused.Problem("endpoint-in-use", "/vms/web-7", ("vm", "web-7"));
            Assert.DoesNotContain("'db1'", refused.Text);
        }

        (await PutAsync(host, "root", "web-7", "unix:/fake/../fake//db1")).Problem("endpoint-in-use", "/vms/web-7", ("vm", "web-7"));
        (await PutAsync(host, "root", "web-1", "tcp:localhost:4444")).Ok(201);
        foreach (var endpoint in (string[])["tcp:127.0.0.1:4444", "tcp:LOCALHOST.:4444", "tcp:[::1]:4444", "tcp:[::ffff:127.0.0.1]:4444", "tcp:0.0.0.0:4444", "tcp:[::]:4444", "tcp:127.1:4444", "tcp:x.localhost:4444"])
        {
            (await PutAsync(host, "root", "web-7", endpoint)).Problem("endpoint-in-use", "/vms/web-7", ("vm", "web-7"));
        }

        (await PutAsync(host, "root", "web-7", "tcp:127.0.0.1:4445")).Ok(201);
        // What was given back can be had.
        (await host.SendAsync("DELETE", "/vms/web-1", null, Keys.As("root"))).NoContent();
        (await PutAsync(host, "root", "web-7", "tcp:127.0.0.1:4444")).Ok();
        (await PutAsync(host, "root", "web-1", "tcp:127.0.0.1:4445")).Ok(201);
    }

    [Fact]
    public async Task Of_several_at_once_one_gets_a_monitor()
    {
        await using var host = new GatewayHost();
        await host.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => host.PutAsync($"/vms/web-{i}", """{"endpoint":"unix:/fake/one"}""")));
        Assert.Single(answers, static answer => answer.Status == 201);
        Assert.Equal(19, answers.Count(static answer => answer.Status == 409));
    }

    [Fact]
    public async Task The_gateways_own_sockets_are_no_VMs()
    {
        var monitor = Path.Combine(directory, "db1.monitor");
        await using var host = new GatewayHost("db1") { ListensForReal = true };
        host.Set("Gateway:Vms:db1:Monitor", $"unix:{monitor}");
        await host.StartAsync();
        File.CreateSymbolicLink(Path.Combine(directory, "link"), monitor);
        var port = host.Client.BaseAddress!.Port;
        foreach (var endpoint in (string[])[
            $"unix:{monitor}", $"unix:{directory}/./db1.monitor", $"unix:{directory}/link", $"tcp:127.0.0.1:{port}", $"tcp:localhost:{port}", $"tcp:[::ffff:127.0.0.1]:{port}", $"tcp:0.0.0.0:{port}",
            $"tcp:127.1:{port}", $"tcp:2130706433:{port}", $"tcp:0x7f.1:{port}"])
        {
            (await host.PutAsync("/vms/web-7", $$"""{"endpoint":"{{endpoint}}"}""")).Problem("endpoint-in-use", "/vms/web-7", ("vm", "web-7"));
        }
    }

    private static Task<Answer> PutAsync(GatewayHost host, string caller, string vm, string endpoint) =>
        host.PutAsync($"/vms/{vm}", $$"""{"endpoint":"{{endpoint}}"}""", Keys.As(caller));
}
