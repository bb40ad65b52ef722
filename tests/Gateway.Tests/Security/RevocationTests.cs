using Gateway.Access;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>What is open ends when its key is taken away.</summary>
public sealed class RevocationTests
{
    private static readonly SecurityOptions OtherKeyOnly = new() { ApiKeys = { ["other"] = Admin("other") } };

    [Fact]
    public async Task A_stream_ends_and_the_key_is_none_any_longer()
    {
        await using var host = await StartedAsync();
        await using var stream = await SseReader.OpenAsync(host, "/events", Keys.As("gone"));
        await using var kept = await SseReader.OpenAsync(host, "/events", Keys.As("other"));
        host.Services.GetRequiredService<AccessRules>().Change(OtherKeyOnly);
        while (await stream.LineAsync() is not null)
        {
        }

        Assert.Equal(401, (await host.GetAsync("/vms", Keys.As("gone"))).Status);
        await host.Fake("web1").EventAsync("STOP");
        Assert.Equal("STOP", (await kept.NextAsync()).Name);
    }

    [Fact]
    public async Task A_key_whose_grants_change_ends_its_streams_too()
    {
        await using var host = await StartedAsync();
        await using var stream = await SseReader.OpenAsync(host, "/events", Keys.As("gone"));
        host.Services.GetRequiredService<AccessRules>().Change(new SecurityOptions
        {
            ApiKeys = { ["other"] = Admin("other"), ["gone"] = new ApiKeyOptions { Hash = Admin("gone").Hash, Grants = [new GrantOptions { Role = "viewer" }] } },
        });
        while (await stream.LineAsync() is not null)
        {
        }

        Assert.Equal(200, (await host.GetAsync("/vms", Keys.As("gone"))).Status);
        Assert.Equal(403, (await host.PostAsync("/vms/web1/stop", null, Keys.As("gone"))).Status);
    }

    [Theory]
    [InlineData(HubVia.JsonOverWebSockets)]
    [InlineData(HubVia.JsonOverLongPolling)]
    [InlineData(HubVia.JsonOverEvents)]
    public async Task A_hub_connection_ends(HubVia via)
    {
        await using var host = await StartedAsync();
        await using var client = await HubClient.ConnectWithKeyAsync(host, via, Keys.Of("gone"), "STOP");
        await client.SubscribeAsync(null);
        var closed = new TaskCompletionSource();
        client.Connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        host.Services.GetRequiredService<AccessRules>().Change(OtherKeyOnly);
        await closed.Task.WaitAsync(TestSignal.Patience);
    }

    [Fact]
    public async Task Without_the_last_key_nobody_is_let_in()
    {
        await using var host = await StartedAsync();
        host.Services.GetRequiredService<AccessRules>().Change(new SecurityOptions());
        Assert.Equal(401, (await host.GetAsync("/vms")).Status);
        Assert.Equal(401, (await host.GetAsync("/vms", Keys.As("gone"))).Status);
        host.Services.GetRequiredService<AccessRules>().Change(OtherKeyOnly);
        Assert.Equal(200, (await host.GetAsync("/vms", Keys.As("other"))).Status);
    }

    [Fact]
    public async Task A_wait_is_told()
    {
        await using var host = await StartedAsync();
        var wait = host.GetAsync("/vms/web1/status?until=suspended&timeout=300", Keys.As("gone"));
        await host.EventuallyAsync(() => host.Fake("web1").Received.Count(static command => command.Name == "query-status") > 1, "the question");
        host.Services.GetRequiredService<AccessRules>().Change(OtherKeyOnly);
        var told = await wait.WaitAsync(TestSignal.Patience);
        told.Problem("unauthenticated", "/vms/web1/status", ("vm", "web1"));
        // It only reads, so there is nothing that may take effect.
        Assert.DoesNotContain("take effect", told.Json.Text("detail"));
    }

    [Fact]
    public async Task A_command_that_was_sent_before_is_unknown_to_its_caller_and_in_the_audit_log()
    {
        await using var host = await StartedAsync();
        var wait = host.PostAsync("/vms/web1/powerdown?wait=300", null, Keys.As("gone"));
        await host.Fake("web1").ReceivedAsync("system_powerdown");
        host.Services.GetRequiredService<AccessRules>().Change(OtherKeyOnly);
        (await wait.WaitAsync(TestSignal.Patience)).Problem("unauthenticated", "/vms/web1/powerdown", ("vm", "web1"), ("outcome", "unknown"));
        var record = (await host.GetAsync("/audit?who=gone", Keys.As("other"))).Ok().GetProperty("items")[0];
        Assert.Equal(("system_powerdown", "unknown", "unauthenticated"), (record.Text("command"), record.Text("outcome"), record.Text("problem")));
    }

    [Fact]
    public async Task A_command_that_runs_to_its_end_is_answered()
    {
        await using var host = await StartedAsync();
        var vm = host.Fake("web1");
        vm.Hang("query-version");
        var command = host.PostAsync("/vms/web1/qmp", """{"execute":"query-version"}""", Keys.As("gone"), ("Idempotency-Key", "k1"));
        var question = await vm.ReceivedAsync("query-version", 1);
        host.Services.GetRequiredService<AccessRules>().Change(OtherKeyOnly);
        await vm.ReturnAsync(question, """{"package":"fake"}""");
        var answer = await command.WaitAsync(TestSignal.Patience);
        answer.Ok();
        Assert.Contains("fake", answer.Text, StringComparison.Ordinal);
    }

    private static async Task<GatewayHost> StartedAsync()
    {
        var host = new GatewayHost("web1").WithKey("gone", "admin").WithKey("other", "admin");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        return host;
    }

    private static ApiKeyOptions Admin(string name) =>
        new() { Hash = KeyHash.Of("salt", Keys.Of(name)).ToString(), Grants = [new GrantOptions { Role = "admin" }] };
}
