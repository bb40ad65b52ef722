using System.Text;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>Who a caller is, said by a provider's token.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private FakeProvider provider = null!;
    private GatewayHost host = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await FakeProvider.StartAsync();
        host = new GatewayHost("web1", "db1").WithKey("root", "admin");
        (string Key, string Value)[] settings =
        [
            ("Authority", provider.Authority), ("Audience", FakeProvider.Audience), ("RequireHttpsMetadata", "false"),
            ("Grants:0:Claim", "groups"), ("Grants:0:Value", "ops"), ("Grants:0:Role", "admin"),
            ("Grants:1:Claim", "groups"), ("Grants:1:Value", "web"), ("Grants:1:Role", "operator"), ("Grants:1:Vms:0", "web*"),
        ];
        Array.ForEach(settings, setting => host.Set($"Gateway:Security:Jwt:{setting.Key}", setting.Value));
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.ConnectedAsync("db1");
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task A_token_has_the_grants_of_its_claims_beside_keys()
    {
        var web = As(provider.Token(null, ("groups", new[] { "staff", "web" })));
        (await host.PostAsync("/vms/web1/stop", null, web)).NoContent();
        (await host.GetAsync("/vms/db1/status", web)).Problem("vm-not-found", "/vms/db1/status", ("vm", "db1"));
        (await host.PostAsync("/vms/web1/qmp", """{"execute":"query-version"}""", web)).Problem("forbidden", "/vms/web1/qmp", ("vm", "web1"));
        (await host.PostAsync("/vms/db1/stop", null, As(provider.Token(null, ("groups", "ops"))))).NoContent();
        (await host.GetAsync("/vms/db1/status", Keys.As("root"))).Ok();
        Assert.Contains("\"who\":\"alice\"", await File.ReadAllTextAsync(Path.Combine(host.DataDirectory, "audit.jsonl")));
    }

    [Fact]
    public async Task A_valid_token_without_a_grant_may_do_nothing()
    {
        var none = As(provider.Token(null, ("groups", "strangers"), ("role", "ops")));
        Assert.Empty((await host.GetAsync("/vms", none)).Ok().GetProperty("items").EnumerateArray());
        Assert.Empty((await host.GetAsync("/events?after=start", none)).Ok().GetProperty("items").EnumerateArray());
        (await host.GetAsync("/vms/web1", none)).Problem("vm-not-found", "/vms/web1", ("vm", "web1"));
        (await host.GetAsync("/audit", none)).Problem("forbidden", "/audit");
    }

    [Fact]
    public async Task What_is_wrong_with_a_token_makes_it_none()
    {
        var foreign = FakeProvider.NewKey("first");
        var publicKey = Encoding.UTF8.GetBytes(provider.Key.Rsa.ExportSubjectPublicKeyInfoPem());
        Dictionary<string, Action<SecurityTokenDescriptor>> faults = new()
        {
            ["expired"] = token => token.Expires = DateTime.UtcNow.AddSeconds(-10),
            ["not yet valid"] = token => token.NotBefore = DateTime.UtcNow.AddMinutes(2),
            ["no expiry"] = token => token.Expires = null,
            ["another issuer"] = token => token.Issuer = "https://evil.example",
            ["another audience"] = token => token.Audience = "somebody-else",
            ["a foreign key of the same id"] = token => token.SigningCredentials = new SigningCredentials(foreign, SecurityAlgorithms.RsaSha256),
            ["no signature"] = token => token.SigningCredentials = null,
            ["the public key as a shared secret"] = token => token.SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(publicKey) { KeyId = "first" }, SecurityAlgorithms.HmacSha256),
        };
        foreach (var (fault, change) in faults)
        {
            var answer = await host.GetAsync("/vms", As(provider.Token(change, ("groups", "ops"))));
            Assert.Equal((fault, 401), (fault, answer.Status));
            answer.Problem("unauthenticated", "/vms");
            Assert.StartsWith("Bearer", answer.Header("WWW-Authenticate"));
        }

        var right = provider.Token(null, ("groups", "ops"));
        var parts = right.Split('.');
        Assert.Equal(401, (await host.GetAsync("/vms", As($"{parts[0]}.{parts[1]}."))).Status);
        Assert.Equal(401, (await host.GetAsync("/vms", As($"{parts[0]}.{Convert.ToBase64String("{}"u8)}.{parts[2]}"))).Status);
        Assert.Equal(200, (await host.GetAsync("/vms", As(right))).Status);
    }

    [Theory]
    [InlineData("1e20")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551616")]
    [InlineData("253402300800")]
    [InlineData("4102444800.5")]
    [InlineData("4102444800e0")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("\"4102444800\"")]
    [InlineData("\"x\"")]
    [InlineData("[]")]
    [InlineData("[4102444800]")]
    [InlineData("{}")]
    public async Task No_time_in_a_token_is_a_fault_of_the_gateways(string time)
    {
        foreach (var name in (string[])["exp", "nbf", "iat"])
        {
            var times = name == "exp" ? $"\"exp\":{time}" : $"\"exp\":4102444800,\"{name}\":{time}";
            var token = provider.Signed($$"""{"iss":"{{provider.Authority}}","aud":"qmp-gateway","sub":"alice","groups":"ops",{{times}}}""");
            var status = (await host.GetAsync("/vms", As(token))).Status;
            Assert.True(status is 200 or 401, $"{times}: {status}");
            Assert.True(status == 401 || name != "exp" || time is not ("-1" or "0" or "null" or "\"x\"" or "{}" or "[]"), $"{times}: {status}");
        }
    }

    [Fact]
    public async Task A_token_whose_end_is_far_away_is_good()
    {
        var token = provider.Signed($$"""{"iss":"{{provider.Authority}}","aud":"qmp-gateway","sub":"alice","groups":"ops","exp":99999999999}""");
        Assert.Equal(200, (await host.GetAsync("/vms", As(token))).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"sub\":\"\",")]
    [InlineData("\"sub\":null,")]
    public async Task A_token_that_names_nobody_is_none(string subject)
    {
        var token = provider.Signed($$"""{"iss":"{{provider.Authority}}","aud":"qmp-gateway",{{subject}}"groups":"ops","exp":4102444800}""");
        (await host.GetAsync("/vms", As(token))).Problem("unauthenticated", "/vms");
    }

    [Fact]
    public async Task A_token_whose_sub_is_a_keys_name_is_another_caller()
    {
        var namesake = As(provider.Token(static token => token.Claims["sub"] = "root", ("groups", "ops")));
        (string, string) retry = ("Idempotency-Key", "the same");
        var first = await host.PostAsync("/vms/web1/qmp", """{"execute":"query-name"}""", Keys.As("root"), retry);
        var second = await host.PostAsync("/vms/web1/qmp", """{"execute":"query-name"}""", namesake, retry);
        Assert.Null(second.Header("Idempotency-Replayed"));
        Assert.Equal("true", (await host.PostAsync("/vms/web1/qmp", """{"execute":"query-name"}""", namesake, retry)).Header("Idempotency-Replayed"));
        Assert.Equal("true", (await host.PostAsync("/vms/web1/qmp", """{"execute":"query-name"}""", Keys.As("root"), retry)).Header("Idempotency-Replayed"));
        Assert.Equal(2, host.Fake("web1").Sent.Count(static command => command == "query-name"));

        var records = (await host.GetAsync("/audit?who=root", Keys.As("root"))).Ok().GetProperty("items").EnumerateArray();
        Assert.Equal(["key", "token", "token", "key"], records.Select(static record => record.Text("whoKind")));
    }

    [Fact]
    public async Task A_token_uses_up_nothing_of_the_key_of_its_name()
    {
        await using var slow = new GatewayHost("web1").WithKey("root", "admin").Set("Gateway:Limits:RequestsPerCallerPerSecond", "1");
        (string Key, string Value)[] settings = [("Authority", provider.Authority), ("Audience", FakeProvider.Audience), ("RequireHttpsMetadata", "false")];
        Array.ForEach(settings, setting => slow.Set($"Gateway:Security:Jwt:{setting.Key}", setting.Value));
        await slow.StartAsync();
        var namesake = As(provider.Token(static token => token.Claims["sub"] = "root"));
        var statuses = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            statuses.Add((await slow.GetAsync("/vms", namesake)).Status);
        }

        Assert.Contains(429, statuses);
        Assert.Equal(200, (await slow.GetAsync("/vms", Keys.As("root"))).Status);
    }

    [Fact]
    public async Task A_key_that_the_provider_rotates_to_is_taken()
    {
        Assert.Equal(200, (await host.GetAsync("/vms", As(provider.Token()))).Status);
        provider.Rotate();
        var rotated = As(provider.Token());
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        // The first token of an unknown key has the keys fetched anew.
        while ((await host.GetAsync("/vms", rotated)).Status != 200)
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task A_stream_ends_when_its_token_expires()
    {
        var brief = provider.Token(static token => token.Expires = DateTime.UtcNow.AddSeconds(2), ("groups", "ops"));
        await using var stream = await SseReader.OpenAsync(host, "/events", As(brief));
        while (await stream.LineAsync() is not null)
        {
        }

        await using var client = await HubClient.ConnectWithKeyAsync(
            host, HubVia.JsonOverWebSockets, provider.Token(static token => token.Expires = DateTime.UtcNow.AddSeconds(2), ("groups", "ops")));
        var closed = new TaskCompletionSource();
        client.Connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await closed.Task.WaitAsync(TestSignal.Patience);
    }

    [Fact]
    public async Task Without_its_provider_a_token_says_nothing()
    {
        await using var lonely = new GatewayHost("web1").Set("Gateway:Security:Jwt:Authority", "http://127.0.0.1:1").Set("Gateway:Security:Jwt:Audience", "x")
            .Set("Gateway:Security:Jwt:RequireHttpsMetadata", "false");
        await lonely.StartAsync();
        (await lonely.GetAsync("/vms", As(provider.Token()))).Problem("unauthenticated", "/vms");
    }

    private static (string Name, string Value) As(string token) => ("Authorization", $"Bearer {token}");
}
