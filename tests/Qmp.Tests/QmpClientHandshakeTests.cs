using System.Text;
using TestSupport;
using Xunit;

namespace QmpGateway.Qmp.Tests;

public class QmpClientHandshakeTests
{
    private readonly FakeQemu fake = FakeQemu.InMemory();
    private readonly List<string> events = [];
    private readonly List<QmpConnectPhase> phases = [];

    [Fact]
    public async Task Out_of_band_execution_is_asked_for_where_it_is_offered()
    {
        var connecting = ConnectAsync();
        var negotiation = await (await fake.AcceptAsync()).HandshakeAsync(oob: true);
        await using var client = await connecting;

        Assert.Equal("""{"enable":["oob"]}""", negotiation.Arguments.GetRawText());
        Assert.True(client.OutOfBand);
    }

    [Fact]
    public async Task Out_of_band_execution_is_not_asked_for_where_it_is_not_offered()
    {
        var connecting = ConnectAsync();
        var negotiation = await (await fake.AcceptAsync()).HandshakeAsync(oob: false);
        await using var client = await connecting;

        Assert.Equal("{}", negotiation.Arguments.GetRawText());
        Assert.False(client.OutOfBand);
    }

    [Fact]
    public async Task The_client_knows_what_QEMU_and_the_transport_said()
    {
        fake.Peer = "4711";
        var connecting = ConnectAsync();
        await (await fake.AcceptAsync()).HandshakeAsync();
        await using var client = await connecting;

        Assert.Equal(("7.2.22", "Fake 1:7.2", "4711"), (client.Greeting.Version, client.Greeting.Package, client.Peer));
        Assert.Equal([QmpConnectPhase.Connecting, QmpConnectPhase.AwaitingGreeting, QmpConnectPhase.Negotiating], phases);
    }

    [Fact]
    public async Task Events_before_the_greeting_and_before_the_end_of_negotiation_are_delivered()
    {
        var connecting = ConnectAsync();
        var qemu = await fake.AcceptAsync();
        await qemu.EventAsync("BEFORE_GREETING");
        await qemu.GreetAsync();
        await qemu.EventAsync("AFTER_GREETING");
        var negotiation = await qemu.ReceiveAsync("qmp_capabilities");
        await qemu.EventAsync("BEFORE_REPLY");
        await qemu.ReturnAsync(negotiation);
        await using var client = await connecting;

        Assert.Equal(["BEFORE_GREETING", "AFTER_GREETING", "BEFORE_REPLY"], events);
    }

    [Fact]
    public async Task Replies_to_an_earlier_connection_do_not_pass_for_the_end_of_negotiation()
    {
        var connecting = ConnectAsync();
        var qemu = await fake.AcceptAsync();
        await qemu.SendAsync("""{"return": {}, "id": "earlier-1"}""");
        await qemu.GreetAsync();
        var negotiation = await qemu.ReceiveAsync("qmp_capabilities");
        await qemu.SendAsync("""{"error": {"class": "GenericError", "desc": "earlier"}, "id": "earlier-2"}""");
        await qemu.EventAsync("FENCE");
        Assert.False(connecting.IsCompleted);
        await qemu.ReturnAsync(negotiation);
        await using var client = await connecting;

        Assert.Equal(2, client.UnclaimedReplies);
    }

    [Fact]
    public async Task A_handshake_in_single_bytes_is_one_too()
    {
        var connecting = ConnectAsync();
        var qemu = await fake.AcceptAsync();
        await SendBytesAsync("{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 0,\r\n \"minor\": 0, \"major\": 10}}, \"capabilities\": []}}\r\n");
        await SendBytesAsync($$"""{"id": "{{(await qemu.ReceiveAsync()).Id}}", "return": {} }""");
        await using var client = await connecting;

        Assert.Equal("10.0.0", client.Greeting.Version);

        async Task SendBytesAsync(string text)
        {
            foreach (var b in Encoding.UTF8.GetBytes(text))
            {
                await qemu.SendAsync(new[] { b });
            }
        }
    }

    private Task<QmpClient> ConnectAsync() =>
        QmpClient.ConnectOverAsync(fake.DialAsync, new QmpClientOptions { OnEvent = happened => events.Add(happened.Name), OnPhase = phases.Add });
}
