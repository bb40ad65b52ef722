using Gateway.Tests.Security;
using Xunit;

namespace Gateway.Tests.Audit;

/// <summary>The audit log is read by administrators, and its files stay bounded.</summary>
public sealed class AuditFileTests
{
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
}
