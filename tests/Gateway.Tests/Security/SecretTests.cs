using System.Text;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>No credential and no secret of a command is left anywhere.</summary>
public sealed class SecretTests
{
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
