using System.Net.Http.Headers;
using System.Text;
using Gateway.Access;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.NativeQmp;
using Gateway.Tests.NativeQmp;
using Gateway.Tests.Security;
using Gateway.Vms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Limits;

/// <summary>Large bodies take little more memory than they have bytes, and there are only so many of those at a time.</summary>
[Collection(nameof(BodyBytesTests))]
public sealed class BodyBytesTests
{
    private const string Head = """{"execute":"query-name","arguments":{"x":[""";
    private const string Tail = "1]}}";
    private const string TooMuch = "contains more than 1000000 names and values, the most that QEMU accepts";

    [Theory]
    [InlineData("/vms/web1/qmp", Head)]
    [InlineData("/vms/web1/commands/query-name", """{"a":{"x":[""")]
    public async Task Millions_of_values_are_refused_without_a_tree_of_them(string path, string head)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var body = Encoding.ASCII.GetBytes(head + new StringBuilder().Insert(0, "1,", 8 << 20) + Tail);
        _ = await PostAsync("{}"u8.ToArray());
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var answer = await PostAsync(body);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.Equal([TooMuch], answer.Problem("invalid-request", path, ("errors", null), ("vm", "web1")).GetProperty("errors").GetProperty("body").EnumerateArray().Select(static one => one.GetString()));
        // The test server copies the body, too.
        Assert.InRange(allocated, body.Length, 4L * body.Length);
        Assert.DoesNotContain("query-name", host.Fake("web1").Sent);

        async Task<Answer> PostAsync(byte[] json)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(json) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return await host.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_native_client_is_refused_them_too_and_goes_on()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var client = await NativeClient.NegotiatedAsync(host);
        Assert.Equal(
            """{"error":{"class":"GenericError","desc":"JSON token count limit exceeded"}}""",
            await client.AskAsync(Head + new StringBuilder().Insert(0, "1,", 1_100_000) + Tail));
        Assert.Equal($$"""{"return":{{FakeVm.Running}}}""", await client.AskAsync("""{"execute":"query-status"}"""));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"a":1} x""")]
    [InlineData("""{"a":1,}""")]
    public async Task A_large_body_is_read_as_strictly_as_a_small_one(string arguments)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var small = await host.PostAsync("/vms/web1/qmp", $$"""{"arguments":{{arguments}},"execute":"query-name"}""");
        var large = await host.PostAsync("/vms/web1/qmp", $$"""{"arguments":{{arguments}},"execute":"query-name"}{{new string(' ', 3 << 20)}}""");
        Assert.Equal(400, small.Status);
        Assert.Equal(small.Json.GetProperty("errors").ToString(), large.Json.GetProperty("errors").ToString());
    }

    [Fact]
    public async Task A_large_command_goes_through_as_it_is_spelled()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Return("query-name", "{}");
        var arguments = $$"""{"x":"{{new string('x', 3 << 20)}}","n":18446744073709551615}""";
        (await host.PostAsync("/vms/web1/qmp", $$"""{"execute":"query-name","arguments":{{arguments}}}""")).Ok();
        await using var client = await NativeClient.NegotiatedAsync(host);
        Assert.Equal("""{"return":{}}""", await client.AskAsync($$"""{"execute":"query-name","arguments":{{arguments}}}"""));
        Assert.All(
            host.Fake("web1").Received.Where(static one => one.Name == "query-name"),
            one => Assert.Contains($"\"arguments\":{arguments},", one.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task So_many_bytes_are_in_flight_and_small_requests_are_served_all_the_same()
    {
        await using var host = new GatewayHost("web1") { ListensForReal = true }.WithKey("one", "admin").WithKey("two", "admin").WithKey("three", "admin")
            .Set("Gateway:Limits:BodyBytesInFlight", "2000000");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        host.Fake("web1").Return("query-name", "{}");
        using var one = await SendAsync("one", 900_000);
        await host.EventuallyAsync(() => Bytes(host) == 900_000 - Places.SmallBody, "the first");
        using var second = await SendAsync("one", 500_000);
        Assert.Equal(429, await second.StatusAsync());
        using var two = await SendAsync("two", 900_000);
        await host.EventuallyAsync(() => Bytes(host) == 2 * (900_000 - Places.SmallBody), "another caller's");
        using var three = await SendAsync("three", 500_000);
        Assert.Equal(429, await three.StatusAsync());
        (await host.PostAsync("/vms/web1/qmp", """{"execute":"query-name"}""", Keys.As("three"))).Ok();
        (await host.PostAsync("/vms/web1/stop", null, Keys.As("three"))).NoContent();

        await one.SendAsync($$"""{"execute":"query-name"}""".PadRight(900_000 - 1));
        Assert.Equal(200, await one.StatusAsync());
        await host.EventuallyAsync(() => Bytes(host) == 900_000 - Places.SmallBody, "the first given back");
        two.Dispose();
        await host.EventuallyAsync(() => Bytes(host) == 0, "all given back");

        async Task<SlowRequest> SendAsync(string who, int length)
        {
            var request = await SlowRequest.SendAsync(host, "/vms/web1/qmp", length, Keys.As(who));
            await request.SendAsync(" ");
            return request;
        }
    }

    [Fact]
    public async Task A_large_message_of_a_native_client_waits_for_anothers_to_end()
    {
        await using var host = new GatewayHost("web1").Set("Gateway:Limits:BodyBytesInFlight", "1048576");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await using var one = await NativeClient.NegotiatedAsync(host);
        await using var two = await NativeClient.NegotiatedAsync(host);
        var message = "{\"execute\":\"query-status\"" + new string(' ', 200_000);
        await one.SendAsync(message);
        await host.EventuallyAsync(() => Bytes(host) == 1 << 20, "the first");
        await two.SendAsync(message);
        await two.SendAsync("}");
        var answer = two.NextAsync();
        Assert.Equal($$"""{"return":{{FakeVm.Running}}}""", await one.AskAsync("}"));
        Assert.Equal($$"""{"return":{{FakeVm.Running}}}""", await answer);
        await host.EventuallyAsync(() => Bytes(host) == 0, "all given back");
    }

    [Fact]
    public async Task A_large_message_that_does_not_end_ends_its_session()
    {
        var time = new FakeTimeProvider();
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var line = new PlayedLine();
        line.Send("{\"execute\":\"query-status\"" + new string(' ', 200_000));
        using var session = new NativeQmpSession(
            host.Vms.Get("web1"), line, new NativeQmpClient(new GrantedAccess(CallerKinds.Key, "somebody", Grants.Everything, default), null, null), host.Services.GetRequiredService<NativeQmpCommands>(),
            host.Journal, host.Services.GetRequiredService<JournalReaders>(), host.Services.GetRequiredService<Places>(), maxMessageBytes: 4 << 20, time);
        var over = session.RunAsync(CancellationToken.None, CancellationToken.None);
        await host.EventuallyAsync(() => Bytes(host) > 0, "the message");
        time.Advance(TimeSpan.FromMinutes(1));
        await over.WaitAsync(TestSignal.Patience);
        Assert.Equal("a message took longer than 60 s", line.Ended);
        Assert.Equal(0, Bytes(host));
    }

    private static long Bytes(GatewayHost host) => host.Services.GetRequiredService<Places>().BodyBytes;
}
