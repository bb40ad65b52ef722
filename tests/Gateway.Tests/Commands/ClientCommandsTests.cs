using System.Text.Json;
using Gateway.Access;
using Gateway.Audit;
using Gateway.Commands;
using Gateway.Journal;
using Gateway.Requests.Binding;
using Gateway.Vms;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Commands;

/// <summary>What the one way in holds by itself, whoever sends: a route that forgets its own check still sends nothing.</summary>
public sealed class ClientCommandsTests
{
    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData("viewer", "query-status", null, null)]
    [InlineData("operator", "query-status", "stop", null)]
    [InlineData("admin", "query-status", "stop", "quit")]
    public async Task Each_kind_of_command_needs_its_role_on_the_VM(string? role, string? status, string? typed, string? raw)
    {
        await using var host = new GatewayHost("web1").Set("Gateway:CommandPolicy:Rules:quit:Command", "quit").Set("Gateway:CommandPolicy:Rules:quit:Effect", "allow");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        var (commands, vm) = (host.Services.GetRequiredService<ClientCommands>(), host.Vms.Get("web1"));
        // A role on another VM is of no use here.
        Grant[] grants = role is null
            ? [new Grant(Role.Admin, [new VmPattern("db*")], [])]
            : [new Grant(Enum.Parse<Role>(role, ignoreCase: true), [new VmPattern("web*")], [])];
        var sender = new Sender(grants, new AuditEntry(host.Services.GetRequiredService<AuditLog>()));

        Assert.Equal(status, Permitted(() => commands.PermitStatus(vm, sender)));
        Assert.Equal(typed, Permitted(() => commands.PermitTyped(vm, "stop", sender)));
        Assert.Equal(raw, Permitted(() => commands.PermitRaw(vm, new RawCommand("quit", null, null), sender)));
        Assert.Empty(host.Fake("web1").Sent);
    }

    [Fact]
    public async Task What_can_change_something_is_not_sent_without_a_record()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var (commands, vm) = (host.Services.GetRequiredService<ClientCommands>(), host.Vms.Get("web1"));
        var sender = new Sender(Grants.Everything.All, audit: null);
        Assert.Contains("audit log", Assert.Throws<InvalidOperationException>(() => commands.PermitTyped(vm, "stop", sender)).Message);
        Assert.Throws<InvalidOperationException>(() => commands.PermitRaw(vm, new RawCommand("stop", null, null), sender));
        Assert.Equal("query-block", commands.PermitRaw(vm, new RawCommand("query-block", null, null), sender).Name);
    }

    [Fact]
    public async Task A_command_that_is_forbidden_is_recorded_with_its_arguments()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var entry = new AuditEntry(host.Services.GetRequiredService<AuditLog>());
        var command = new RawCommand("quit", JsonElement.Parse("""{"a":1}"""), null);
        Assert.Throws<RoleNotGrantedException>(() =>
            host.Services.GetRequiredService<ClientCommands>().PermitRaw(host.Vms.Get("web1"), command, new Sender([], entry)));
        entry.Write(new AuditOrigin("key", "somebody", null, "QMP", "/", "0"), "web1", "forbidden", "forbidden");
        var record = JsonElement.Parse(File.ReadAllLines(Path.Combine(host.DataDirectory, "audit.jsonl"))[^1]);
        Assert.Equal(("quit", """{"a":1}"""), (record.Text("command"), record.GetProperty("arguments").GetRawText()));
    }

    [Fact]
    public void A_route_that_does_not_say_so_sends_nothing() =>
        Assert.Contains("SendsAttribute", Assert.Throws<InvalidOperationException>(static () => new DefaultHttpContext().Sender()).Message);

    private static string? Permitted(Func<PermittedCommand> permit)
    {
        try
        {
            return permit().Name;
        }
        catch (RoleNotGrantedException)
        {
            return null;
        }
    }

    private sealed class Sender(IEnumerable<Grant> grants, AuditEntry? audit) : CommandSender
    {
        internal override GrantedAccess Access { get; } = new(CallerKinds.Key, "somebody", new Grants(grants), CancellationToken.None);

        internal override string TraceId => "0af7651916cd43dd8448eb211c80319c";

        internal override AuditEntry? Audit => audit;
    }
}
