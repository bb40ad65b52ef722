using Microsoft.Extensions.Time.Testing;
using TestSupport;
using Xunit;

namespace Gateway.Tests.Api;

/// <summary>What becomes of a command after its client was told that its time was up, by whatever route it came.</summary>
public sealed class LateOutcomeTests
{
    public static TheoryData<string, string, string?, string> Commands => new()
    {
        { "POST", "stop", null, "stop" },
        { "POST", "cont", null, "cont" },
        { "POST", "reset", null, "system_reset" },
        { "POST", "powerdown", null, "system_powerdown" },
        { "POST", "wakeup", null, "system_wakeup" },
        { "POST", "quit", null, "quit" },
        { "POST", "nmi", null, "inject-nmi" },
        { "POST", "stop?wait=300", null, "stop" },
        { "POST", "reset?wait=300", null, "system_reset" },
        { "POST", "quit?wait=300", null, "quit" },
        { "PUT", "actions", """{"panic":"none"}""", "set-action" },
        { "PUT", "watchdog", """{"action":"reset"}""", "watchdog-set-action" },
        { "POST", "qmp", """{"execute":"query-odd"}""", "query-odd" },
        { "POST", "qmp", """{"exec-oob":"query-odd"}""", "query-odd" },
        { "GET", "status", null, "query-status" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task The_answer_is_told_when_it_comes_with_who_had_asked(string method, string route, string? body, string command)
    {
        await using var host = await HangingAsync(command);
        var (answer, sent) = await TimedOutAsync(host, method, route, body, command);
        var settled = await RefusedAsync(host, sent);
        Assert.Equal(
            $$"""{"command":"{{command}}","outcome":"refused","qmpError":{"class":"GenericError","desc":"no"},"who":"anonymous","traceId":"{{answer.Json.Text("traceId")}}"}""",
            settled);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Once_the_connection_ended_nothing_settles_it_any_more(string method, string route, string? body, string command)
    {
        await using var host = await HangingAsync(command);
        var (_, sent) = await TimedOutAsync(host, method, route, body, command);
        var before = host.Journal.LastAppended;
        host.Fake("web1").Behave("query-status");
        host.Fake("web1").HangUp();
        await host.EventuallyAsync(() => host.Fake("web1").Dials == 2, "a second dialling", TimeSpan.FromMilliseconds(100));
        await host.EventAsync("web1", "VM_CONNECTED", before);
        // QEMU delivers the answer to a command of the previous connection to the next one.
        await host.Fake("web1").ReturnAsync(sent);
        await host.Fake("web1").EventAsync("AFTER_IT");
        await host.EventAsync("web1", "AFTER_IT");
        Assert.Empty(await host.EventsAsync("web1", "COMMAND_FINISHED_LATE"));
        Assert.Single(host.Fake("web1").Received, received => received.Id == sent.Id);
    }

    private static async Task<GatewayHost> HangingAsync(string command)
    {
        var host = new GatewayHost("web1") { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        host.Fake("web1").Hang(command);
        return host;
    }

    private static async Task<(Answer Answer, FakeCommand Sent)> TimedOutAsync(GatewayHost host, string method, string route, string? body, string command)
    {
        var asked = host.SendAsync(method, $"/vms/web1/{route}", body);
        var sent = await host.Fake("web1").ReceivedAsync(command, command == "query-status" ? 2 : 1);
        var answer = await host.AdvanceUntilAsync(asked, TimeSpan.FromSeconds(1));
        // Of what only reads, nothing is in doubt.
        (string, string?)[] outcome = command.StartsWith("query-", StringComparison.Ordinal) ? [] : [("outcome", "unknown")];
        answer.Problem("timed-out", $"/vms/web1/{route.Split('?')[0]}", [("vm", "web1"), ("command", command), .. outcome]);
        return (answer, sent);
    }

    private static async Task<string> RefusedAsync(GatewayHost host, FakeCommand sent)
    {
        await host.Fake("web1").RefuseAsync(sent);
        var late = await host.EventAsync("web1", "COMMAND_FINISHED_LATE");
        Assert.Single(await host.EventsAsync("web1", "COMMAND_FINISHED_LATE"));
        return late.GetProperty("data").GetRawText();
    }
}
