using Gateway.Vms;
using Xunit;
using static Gateway.Tests.Vms.StatusChanges;

namespace Gateway.Tests.Vms;

/// <summary>A migration is the cause of the states that it leads to, and of no others.</summary>
public sealed class MigrationCauseTests
{
    [Fact]
    public async Task A_migration_is_named_by_its_command_in_each_of_its_states_where_it_has_no_events()
    {
        await using var host = await MigratedAsync();
        var vm = host.Fake("web1");
        vm.Return("query-migrate", """{"status": "device"}""");
        await vm.BecomeAsync("finish-migrate", "STOP");
        Assert.Equal("""{"command":"migrate","who":"somebody"}""", Cause(await ChangeToAsync(host, "finish-migrate")));
        vm.Return("query-migrate", """{"status": "completed"}""");
        await vm.BecomeAsync("postmigrate", "E");
        Assert.Equal("""{"command":"migrate","who":"somebody"}""", Cause(await ChangeToAsync(host, "postmigrate")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_migration_that_failed_does_not_explain_the_next_of_another_client(bool withEvents)
    {
        await using var host = await MigratedAsync();
        var vm = host.Fake("web1");
        if (withEvents)
        {
            await vm.EventAsync("MIGRATION", """{"status": "failed"}""");
        }
        else
        {
            vm.Return("query-migrate", """{"status": "failed"}""");
            var asked = vm.Received.Count(static command => command.Name == "query-migrate");
            await vm.ReceivedAsync("query-migrate", asked + 1);
            (await host.GetAsync("/vms/web1/status")).Ok();
        }

        await vm.BecomeAsync("postmigrate", "STOP");
        Assert.StartsWith("""{"event":"STOP","id":""", Cause(await ChangeToAsync(host, "postmigrate")));
    }

    [Fact]
    public async Task A_migration_that_is_refused_explains_nothing()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        vm.Refuse("migrate");
        await Assert.ThrowsAsync<QmpGateway.Qmp.QmpCommandException>(() => MigrateAsync(host));
        await vm.BecomeAsync("postmigrate", "MIGRATION", """{"status": "completed"}""");
        Assert.StartsWith("""{"event":"MIGRATION","id":""", Cause(await ChangeToAsync(host, "postmigrate")));
    }

    /// <summary>A VM that somebody told to migrate.</summary>
    private static async Task<GatewayHost> MigratedAsync()
    {
        var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Return("migrate", "{}");
        host.Fake("web1").Return("query-migrate", """{"status": "active"}""");
        await MigrateAsync(host);
        await host.Fake("web1").ReceivedAsync("query-migrate");
        return host;
    }

    private static Task<QmpGateway.Qmp.JsonText> MigrateAsync(GatewayHost host) =>
        host.Monitor("web1").ExecuteAsync(new VmCommand(new("migrate"), new("somebody", "")), default);
}
