using System.Net;
using System.Text;
using Gateway.Tests.Security;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Client;
using QmpGateway.Contracts;
using Xunit;

namespace Gateway.Tests.Client;

/// <summary>A reader of events gets each once and none left out, whatever becomes of its connections.</summary>
public sealed class ClientEventTests
{
    private static readonly string Whole = string.Concat(Enumerable.Range(1, 3).Select(static id =>
        $$"""
        id: {{id}}
        event: E
        data: {"id":"{{id}}","vm":"web1","event":"E","origin":"qemu","timestamp":null,"receivedAt":"2026-11-24T03:53:00.123456Z","data":{"x":"é"} }


        """.ReplaceLineEndings("\n")));

    [Fact]
    public async Task A_connection_that_ends_anywhere_is_gone_on_from_where_the_reader_was()
    {
        var bytes = Encoding.UTF8.GetBytes(Whole);
        for (var cut = 0; cut <= bytes.Length; cut += 7)
        {
            var server = new Played(bytes, cut);
            var client = new GatewayClient(new HttpClient(server) { BaseAddress = new Uri("http://gateway") }, new GatewayClientOptions { Time = new Impatient() });
            var got = new List<string>();
            await foreach (var one in client.ReadEventsAsync(new Subscription { Vms = ["web*"] }))
            {
                got.Add(one.Id);
                if (got.Count == 3)
                {
                    break;
                }
            }

            Assert.Equal(["1", "2", "3"], got);
            Assert.All(server.Asked.Skip(1), static query => Assert.Contains("after=", query));
        }
    }

    [Fact]
    public async Task A_silent_connection_is_given_up()
    {
        var time = new FakeTimeProvider();
        var server = new Played([], cut: 0) { Silent = true };
        var client = new GatewayClient(new HttpClient(server) { BaseAddress = new Uri("http://gateway") }, new GatewayClientOptions { Time = time });
        using var over = new CancellationTokenSource();
        var reading = client.ReadEventsAsync(cancellationToken: over.Token).GetAsyncEnumerator(over.Token).MoveNextAsync().AsTask();
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        while (server.Asked.Count < 3)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, limit.Token);
        }

        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        // 30 s of silence, and a delay.
        Assert.True(time.GetUtcNow() - time.Start > TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_told()
    {
        await using var host = new GatewayHost("web1").Set("Gateway:Journal:KeepEventsPerVm", "10");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        for (var i = 0; i < 30; i++)
        {
            await host.Fake("web1").EventAsync("E");
        }

        await host.EventuallyAsync(() => host.GetAsync("/events?after=1").Result.Status == 410, "the end of the first");
        var expired = await Assert.ThrowsAsync<CursorExpiredException>(async () =>
        {
            await foreach (var _ in GatewayClientTests.Of(host).ReadEventsAsync(new Subscription { After = "1" }))
            {
            }
        });
        await using var again = GatewayClientTests.Of(host).ReadEventsAsync(new Subscription { After = expired.Oldest }).GetAsyncEnumerator();
        Assert.True(await again.MoveNextAsync());
    }

    [Fact]
    public async Task A_filter_that_the_gateway_refuses_is_no_reason_to_try_again()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var refused = await Assert.ThrowsAsync<GatewayException>(async () =>
        {
            await foreach (var _ in GatewayClientTests.Of(host).ReadEventsAsync(new Subscription { After = "never given" }))
            {
            }
        });
        Assert.Equal("invalid-request", refused.Slug);
    }

    [Fact]
    public async Task A_watch_tells_what_is_there_and_then_each_change()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1", "db1");
        var client = GatewayClientTests.Of(host);
        await using var watch = client.WatchVmsAsync(["web*"]).GetAsyncEnumerator();
        Assert.Equal((VmChangeKind.Listed, "web1", "connected"), await NextAsync());
        await client.PutVmAsync("web2", new PutVm { Endpoint = GatewayHost.EndpointOf("web2") });
        var (kind, id, _) = await NextAsync();
        Assert.Equal((VmChangeKind.Added, "web2"), (kind, id));
        await client.DeleteVmAsync("web2");
        VmChangeKind last;
        do
        {
            (last, id, _) = await NextAsync();
            Assert.Equal("web2", id);
        }
        while (last == VmChangeKind.Changed);
        Assert.Equal(VmChangeKind.Removed, last);
        host.Fake("web1").IsListening = false;
        host.Fake("web1").HangUp();
        string state;
        do
        {
            (last, id, state) = await NextAsync();
            Assert.Equal((VmChangeKind.Changed, "web1"), (last, id));
        }
        while (state == "connected");

        async Task<(VmChangeKind Kind, string Id, string State)> NextAsync()
        {
            Assert.True(await watch.MoveNextAsync().AsTask().WaitAsync(TestSignal.Patience));
            return (watch.Current.Kind, watch.Current.Vm.Id, watch.Current.Vm.Connection.State);
        }
    }

    [Fact]
    public async Task A_watch_goes_on_however_long_the_gateway_is_away()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var door = new Door(host.Server.CreateHandler()) { IsOpen = false };
        var client = new GatewayClient(new HttpClient(door) { BaseAddress = new Uri("http://localhost") }, new GatewayClientOptions { Time = new Impatient() });
        await using var watch = client.WatchVmsAsync().GetAsyncEnumerator();
        var listed = watch.MoveNextAsync().AsTask();
        await ClosedForAsync(100);
        door.IsOpen = true;
        Assert.True(await listed.WaitAsync(TestSignal.Patience));

        // Away between an event and the question what it is about.
        door.ClosesFor = "/vms/web1";
        var changed = watch.MoveNextAsync().AsTask();
        await host.Fake("web1").BecomeAsync("paused", "STOP");
        await ClosedForAsync(100);
        door.ClosesFor = null;
        door.IsOpen = true;
        Assert.True(await changed.WaitAsync(TestSignal.Patience));
        Assert.Equal((VmChangeKind.Changed, "paused"), (watch.Current.Kind, watch.Current.Vm.Status!.Status.Value));

        async Task ClosedForAsync(int attempts)
        {
            var from = door.Refused;
            await host.EventuallyAsync(() => door.Refused >= from + attempts, "attempts");
        }
    }

    [Fact]
    public async Task A_watch_that_the_gateway_refuses_ends()
    {
        await using var host = new GatewayHost("web1").WithKey("ops", "admin");
        await host.StartAsync();
        await using var watch = GatewayClientTests.Of(host).WatchVmsAsync().GetAsyncEnumerator();
        Assert.Equal("unauthenticated", (await Assert.ThrowsAsync<GatewayException>(() => watch.MoveNextAsync().AsTask())).Slug);
    }

    [Fact]
    public async Task A_watch_shows_what_the_list_shows_after_each_kind_of_change()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var client = GatewayClientTests.Of(host);
        await client.PutVmAsync("web2", new PutVm { Endpoint = GatewayHost.EndpointOf("web2") });
        await host.ConnectedAsync("web2");
        await using var watch = client.WatchVmsAsync(["web2"]).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());

        await client.PutVmAsync("web2", new PutVm { Endpoint = GatewayHost.EndpointOf("web2"), Labels = new Dictionary<string, string> { ["rack"] = "b" }, Actions = new VmActions { Panic = "none" } });
        await ShownAsync(static vm => vm.Labels.ContainsKey("rack") && vm.Actions["panic"] == "none");
        host.Fake("web2").IsListening = false;
        host.Fake("web2").HangUp();
        await ShownAsync(static vm => vm.Connection.State == "no-socket");
        host.Fake("web2").Reception = Reception.Garbage;
        host.Fake("web2").IsListening = true;
        await ShownAsync(static vm => vm.Connection.State == "not-qmp");
        host.Fake("web3").IsListening = false;
        await client.PutVmAsync("web2", new PutVm { Endpoint = GatewayHost.EndpointOf("web3") });
        await ShownAsync(static vm => vm.Endpoint == GatewayHost.EndpointOf("web3") && vm.Connection.State == "no-socket");

        async Task ShownAsync(Func<Vm, bool> isSo)
        {
            do
            {
                Assert.True(await watch.MoveNextAsync().AsTask().WaitAsync(TestSignal.Patience));
            }
            while (!isSo(watch.Current.Vm));
            var listed = Assert.Single((await client.ListVmsAsync()).Items, static vm => vm.Id == "web2");
            Assert.True(isSo(listed));
        }
    }

    /// <summary>Answers streams: the first ends at a cut, and each goes on from the cursor that it is asked for.</summary>
    private sealed class Played(byte[] whole, int cut) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        public bool Silent { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.Query);
            var after = Asked[^1].Split("after=") is [_, var cursor] ? int.Parse(cursor) : 0;
            var at = whole.Length / 3 * after;
            var content = Silent ? new StreamContent(new Endless()) : new StreamContent(new MemoryStream(whole[at..(Asked.Count == 1 ? Math.Max(at, cut) : whole.Length)]));
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content, Headers = { { "X-Cursor", $"{after}" } } });
        }
    }

    /// <summary>Nothing comes, and it does not end.</summary>
    private sealed class Endless : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }

    /// <summary>Delays are over at once.</summary>
    private sealed class Impatient : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(20) ? TimeSpan.Zero : dueTime, period);
    }
}
