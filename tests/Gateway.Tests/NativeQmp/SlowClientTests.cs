using Gateway.Access;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.NativeQmp;
using Gateway.Vms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.NativeQmp;

/// <summary>A client that does not read, or sends without end, costs little and not for long.</summary>
public sealed class SlowClientTests
{
    [Fact]
    public async Task A_client_that_does_not_read_is_let_go_after_a_while()
    {
        var time = new FakeTimeProvider();
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var line = new PlayedLine { Reads = false };
        var over = RunAsync(host, line, time);
        await line.Writing;
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(over.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await over.WaitAsync(TestSignal.Patience);
        Assert.Equal("the client does not read its messages", line.Ended);
    }

    [Fact]
    public async Task What_a_client_sends_is_read_only_as_it_is_answered()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Hang("query-name");
        var line = new PlayedLine();
        line.Send("""{"execute":"qmp_capabilities"}""");
        for (var i = 0; i < 50; i++)
        {
            line.Send("""{"execute":"query-name"}""");
        }

        var over = RunAsync(host, line, TimeProvider.System);
        await host.Fake("web1").ReceivedAsync("query-name");
        // The one that is asked, eight that wait, and one at the door.
        await host.EventuallyAsync(() => line.Left == 40, "reading stopped");
        line.End();
        host.Fake("web1").HangUp();
        await over.WaitAsync(TestSignal.Patience);
    }

    [Fact]
    public async Task A_large_message_is_answered_before_the_next_is_read()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Hang("query-name");
        var line = new PlayedLine();
        line.Send("""{"execute":"qmp_capabilities"}""");
        line.Send($$"""{"execute":"query-name","arguments":{"x":"{{new string('x', 2 << 20)}}"} }""");
        line.Send("""{"execute":"query-name"}""");
        line.Send("""{"execute":"query-name"}""");
        var over = RunAsync(host, line, TimeProvider.System);
        await host.Fake("web1").ReceivedAsync("query-name");
        Assert.Equal(2, line.Left);
        host.Fake("web1").HangUp();
        await over.WaitAsync(TestSignal.Patience);
    }

    [Fact]
    public async Task A_message_that_is_too_long_ends_the_session()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var line = new PlayedLine();
        line.Send($$"""{"x":"{{new string('x', 4 << 20)}}""");
        await RunAsync(host, line, TimeProvider.System).WaitAsync(TestSignal.Patience);
        Assert.Contains("a message is larger than", line.Ended);
    }

    [Fact]
    public async Task Answers_come_also_while_the_journal_hangs()
    {
        var time = new FakeTimeProvider();
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var line = new PlayedLine();
        line.Send("""{"execute":"qmp_capabilities"}""");
        var over = RunAsync(host, line, time, new VmAhead(host.Vms.Get("web1"), host.Journal.LastAppended + 1));
        await host.EventuallyAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return line.Written.Count == 2;
            },
            "the answer");
        line.End();
        await over.WaitAsync(TestSignal.Patience);
    }

    private static async Task RunAsync(GatewayHost host, PlayedLine line, TimeProvider time, IVm? vm = null)
    {
        using var session = new NativeQmpSession(
            vm ?? host.Vms.Get("web1"), line, new NativeQmpClient(new GrantedAccess(CallerKinds.Key, "somebody", Grants.Everything, default), null, null), host.Services.GetRequiredService<NativeQmpCommands>(),
            host.Journal, host.Services.GetRequiredService<JournalReaders>(), host.Services.GetRequiredService<Places>(), maxMessageBytes: 4 << 20, time);
        await session.RunAsync(CancellationToken.None, CancellationToken.None);
    }

    /// <summary>Has had an event that the journal does not show.</summary>
    private sealed class VmAhead(IVm vm, long lastEvent) : IVmMonitor
    {
        public string Id => vm.Id;

        public VmDefinition Definition => vm.Definition;

        public VmSnapshot Snapshot => vm.Snapshot;

        public long LastChange => vm.LastChange;

        public DateTimeOffset? LastMessageAt => vm.LastMessageAt;

        public long LastEvent => lastEvent;

        public SetActionArguments Actions => vm.Actions;

        public Task<JsonText> ExecuteAsync(VmCommand command, CancellationToken cancellationToken) => ((IVmMonitor)vm).ExecuteAsync(command, cancellationToken);

        public Task<VmStatus> ReadStatusAsync(Caller caller, CancellationToken cancellationToken) => ((IVmMonitor)vm).ReadStatusAsync(caller, cancellationToken);
    }
}
