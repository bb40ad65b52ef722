using System.Globalization;
using System.Net.Sockets;
using Gateway.Vms;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Observability;

/// <summary>What an operator finds in the log: what happened, to which VM, what to do. Once an incident.</summary>
public sealed class LogTests
{
    [Theory]
    [InlineData(Reception.Silent, "a cannot be reached (busy): ", "Disconnect the other client of the monitor, or continue QEMU if it is stopped.")]
    [InlineData(Reception.Stuck, "a cannot be reached (stuck): ", "Find out what QEMU is waiting for, which is often its storage.")]
    [InlineData(Reception.Garbage, "a cannot be reached (not-qmp): ", "Correct the endpoint: it must be a QEMU monitor in mode 'control'.")]
    public async Task A_VM_that_cannot_be_reached_is_one_line_however_often_it_is_dialled(Reception reception, string start, string advice)
    {
        await using var host = new GatewayHost("a") { Time = new FakeTimeProvider() };
        host.Fake("a").Reception = reception;
        await host.StartAsync();
        await host.EventuallyAsync(() => host.Fake("a").Dials >= 6, "diallings", TimeSpan.FromSeconds(1));
        var lines = LinesOf(host).Where(line => line.StartsWith(start, StringComparison.Ordinal)).ToArray();
        // The clock may run ahead of the fake's words, and then it is silent in between.
        Assert.InRange(lines.Length, 1, 2);
        Assert.EndsWith(advice, lines[0]);
        Assert.DoesNotContain("..", lines[0]);
    }

    [Fact]
    public async Task A_VM_that_is_not_there_is_one_line_and_its_coming_another()
    {
        await using var host = new GatewayHost("a") { Time = new FakeTimeProvider() };
        host.Fake("a").IsListening = false;
        await host.StartAsync();
        await host.EventuallyAsync(() => host.Fake("a").Dials >= 4, "diallings", TimeSpan.FromSeconds(1));
        host.Fake("a").IsListening = true;
        await host.EventuallyAsync(() => host.Snapshot("a").Connection.State == ConnectionState.Connected, "a connection", TimeSpan.FromSeconds(1));
        await host.EventuallyAsync(() => LinesOf(host)[^1].StartsWith("a is connected: QEMU 7.2.22", StringComparison.Ordinal), "the other line");
        var line = Assert.Single(LinesOf(host), static line => line.StartsWith("a cannot be reached (no-socket): ", StringComparison.Ordinal));
        Assert.EndsWith("Start QEMU, or correct the endpoint.", line);
    }

    [Fact]
    public async Task A_socket_that_the_gateway_may_not_use_is_a_matter_of_permission()
    {
        await using var host = new GatewayHost("a") { Time = new FakeTimeProvider() };
        host.Fake("a").DialFailure = new SocketException((int)SocketError.AccessDenied);
        await host.StartAsync();
        await host.EventuallyAsync(() => LinesOf(host).Length > 0, "the line", TimeSpan.FromSeconds(1));
        const string Advice = "Give the gateway's user permission to write to the socket, and to enter its directory.";
        Assert.StartsWith("a cannot be reached (no-socket): ", LinesOf(host)[0]);
        Assert.EndsWith(Advice, LinesOf(host)[0]);
        Assert.EndsWith(Advice, (await host.GetAsync("/vms/a/status")).Json.Text("detail"));
    }

    [Fact]
    public async Task The_end_of_a_QEMU_is_one_line()
    {
        await using var host = new GatewayHost("a") { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await host.ConnectedAsync("a");
        host.Fake("a").IsListening = false;
        host.Fake("a").HangUp();
        await host.EventuallyAsync(() => host.Snapshot("a").Connection is { State: ConnectionState.NoSocket, Attempts: > 3 }, "the end", TimeSpan.FromSeconds(1));
        Assert.Equal("a is disconnected: QEMU closed the connection. The gateway keeps trying to connect. Start QEMU if it should be running.", LinesOf(host)[^1]);
        Assert.Equal(2, LinesOf(host).Length);
    }

    [Fact]
    public async Task A_flapping_VM_is_a_few_lines_and_a_count()
    {
        await using var host = new GatewayHost("a") { Time = new FakeTimeProvider() };
        await host.StartAsync();
        const int flaps = 30;
        for (var i = 0; i < flaps; i++)
        {
            await host.EventuallyAsync(() => host.Snapshot("a").Connection.State == ConnectionState.Connected, "a connection", TimeSpan.FromMilliseconds(100));
            host.Fake("a").HangUp();
            await host.EventuallyAsync(() => host.Snapshot("a").Connection.State != ConnectionState.Connected, "its end");
        }

        host.Fake("a").IsListening = false;
        await host.EventuallyAsync(() => Told(host) == flaps, "all told of", TimeSpan.FromSeconds(10));
        var written = host.LogLines.Count(static line => line.StartsWith("a is disconnected", StringComparison.Ordinal));
        Assert.InRange(written, 5, flaps - 5);

        static int Told(GatewayHost host) => host.LogLines.Where(static line => line.Contains("a is disconnected")).Sum(static line =>
            line.StartsWith("a ", StringComparison.Ordinal) ? 1 : int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Bad_requests_are_the_client_s_and_no_line()
    {
        await using var host = await GatewayHost.ConnectedAsync("a");
        var before = host.LogLines.Count;
        await using var hub = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(400, (await host.PutAsync("/vms/a/actions", "{")).Status);
            Assert.Equal(404, (await host.GetAsync("/nowhere")).Status);
            Assert.Equal(403, (await host.GetAsync("/vms", ("Origin", "http://elsewhere.example"))).Status);
            await Assert.ThrowsAsync<HubException>(() => hub.Connection.InvokeAsync<object>("Subscribe", new { after = "never" }));
        }

        Assert.Equal(before, host.LogLines.Count);
    }

    [Fact]
    public async Task What_QEMU_says_stays_on_its_line()
    {
        await using var host = new GatewayHost("a");
        host.Set("Gateway:Vms:a:Actions:Panic", "pause");
        host.Fake("a").Refuse("set-action", description: "no\\nfake: line\\u001b[2J");
        await host.StartAsync();
        await host.EventuallyAsync(() => host.LogLines.Any(static line => line.Contains("configured actions")), "the line");
        var line = host.LogLines.Single(static line => line.Contains("configured actions"));
        Assert.StartsWith("The configured actions of a could not be set. Correct its Actions", line);
        Assert.Contains(@"no\u000Afake: line\u001B[2J", line);
    }

    private static string[] LinesOf(GatewayHost host) => [.. host.LogLines.Where(static line => line.StartsWith("a ", StringComparison.Ordinal))];
}
