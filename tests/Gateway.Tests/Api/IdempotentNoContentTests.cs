using Xunit;

namespace Gateway.Tests.Api;

/// <summary>What only the real server shows: it refuses every write to an answer without content, also one of no bytes.</summary>
public sealed class IdempotentNoContentTests
{
    [Fact]
    public async Task An_answer_without_content_leaves_the_connection_as_it_was()
    {
        // On its way out the host asserts that nothing failed: the caller has its 204 before the server finds a fault.
        await using var host = new GatewayHost("web1") { ListensForReal = true };
        await host.StartAsync();
        await host.ConnectedAsync("web1");

        (await host.PostAsync("/vms/web1/nmi", null, ("Idempotency-Key", "first"))).NoContent();
        var again = await host.PostAsync("/vms/web1/nmi", null, ("Idempotency-Key", "first"));

        again.NoContent();
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(["inject-nmi"], host.Fake("web1").Sent);
    }
}
