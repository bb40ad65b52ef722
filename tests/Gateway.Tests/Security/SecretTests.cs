using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Gateway.Configuration;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>No credential and no secret of a command is left anywhere.</summary>
public sealed class SecretTests
{
    [Fact]
    public async Task No_level_of_the_log_shows_a_key()
    {
        const string Secret = "hunter2-is-secret";
        await using var host = new GatewayHost("web1") { ListensForReal = true }.WithKey("root", "admin")
            .Set("Logging:LogLevel:Default", "Trace").Set("Logging:LogLevel:Microsoft.AspNetCore", "Trace")
            .Set("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace").Set("Logging:HostLog:LogLevel:Default", "Trace");
        host.Log.Lowest = LogLevel.Trace;
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.PostAsync($"/hubs/events/negotiate?negotiateVersion=1&access_token={Keys.Of("root")}");
        await host.PostAsync($"/hubs/events/negotiate?negotiateVersion=1&%61ccess_token={Keys.Of("root")}");
        await host.GetAsync($"/vms?access_token={Secret}", ("Authorization", $"Bearer {Secret}"));
        await host.GetAsync($"/nowhere?access_token={Secret}");
        await host.PostAsync("/vms/web1/qmp", $$"""{"execute":"set_password","arguments":{"protocol":"vnc","password":"{{Secret}}"} }""", Keys.As("root"));
        await host.GetAsync($"/hubs/events?access_token={Keys.Of("root")}");
        await SendRawAsync(host, $"GET /hubs/events?access_token={Secret} b HTTP/1.1\r\nHost: localhost\r\n\r\n");
        using (var socket = new ClientWebSocket())
        {
            await socket.ConnectAsync(new Uri($"ws://{host.Client.BaseAddress!.Authority}/vms/web1/qmp?access_token={Keys.Of("root")}"), CancellationToken.None);
        }

        await SendRawAsync(host, $"GET hubs?access_token={Secret} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Contains(host.Log.Lines, static line => line.StartsWith("Debug", StringComparison.Ordinal));
        foreach (var line in host.Log.Lines)
        {
            Assert.DoesNotContain(Secret, line);
            Assert.DoesNotContain(Keys.Of("root"), line);
        }
    }

    [Theory]
    [InlineData("Gateway:Security:ApiKeys:ci:Hsh")]
    [InlineData("Gateway:Security:ApiKeys:ci")]
    [InlineData("Gateway:Security:Jwt:Secret")]
    [InlineData("Gateway:Key")]
    [InlineData("Gateway:Vms:web1:Nope")]
    public void A_misplaced_key_is_not_shown(string setting)
    {
        const string Secret = "sha256:c0ffee:0123456789abcdef";
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [setting] = Secret }).Build();
        var wrong = Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read(configuration)).Message;
        Assert.Contains(setting, wrong);
        Assert.DoesNotContain(Secret, wrong);
    }

    private static async Task SendRawAsync(GatewayHost host, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var answer = new StreamReader(socket.GetStream());
        Assert.Contains("400", await answer.ReadToEndAsync().WaitAsync(TestSignal.Patience));
    }

    [Fact]
    public async Task Neither_files_nor_log_nor_problems_hold_a_secret()
    {
        const string Secret = "hunter2-is-secret";
        await using var host = new GatewayHost("web1").WithKey("root", "admin")
            .Set("Gateway:CommandPolicy:Rules:all:Command", "*").Set("Gateway:CommandPolicy:Rules:all:Effect", "allow");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        var answers = new List<string>();
        (string, string)[] headers = [Keys.As("root"), ("Idempotency-Key", "k1")];
        answers.Add((await host.PostAsync("/qmp", $$"""{"execute":"object-add","arguments":{"qom-type":"secret","id":"s","data":"{{Secret}}"} }""", headers)).Text);
        answers.Add((await host.PostAsync("/qmp", $$"""{"execute":"set_password","arguments":{"protocol":"vnc","password":"{{Secret}}"} }""", Keys.As("root"))).Text);
        answers.Add((await host.PostAsync("/qmp", $$"""{"execute":"set_password","arguments":{"protocol":"vnc","password":"{{Secret}}"} }""")).Text);
        answers.Add((await host.GetAsync($"/vms?access_token={Secret}")).Text);
        answers.Add((await host.PostAsync($"/hubs/events/negotiate?negotiateVersion=1&access_token={Keys.Of("root")}")).Text);
        answers.Add((await host.GetAsync("/vms", ("Authorization", $"Bearer {Secret}"))).Text);
        Assert.Contains("object-add", host.Fake("web1").Sent);
        foreach (var file in Directory.GetFiles(host.DataDirectory).Where(static file => Path.GetFileName(file) != "lock"))
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new StreamReader(open, Encoding.Latin1);
            answers.Add(await content.ReadToEndAsync());
        }

        foreach (var text in answers.Concat(host.LogLines))
        {
            Assert.DoesNotContain(Secret, text);
            Assert.DoesNotContain(Keys.Of("root"), text);
        }
    }
}
