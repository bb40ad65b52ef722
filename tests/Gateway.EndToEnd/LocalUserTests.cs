using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>On a Unix socket the kernel says which user asks. (Tests run as root, and become others.)</summary>
public sealed class LocalUserTests : IDisposable
{
    private const string Nobody = "65534";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("users-");

    private string Http => Path.Combine(directory.FullName, "http.sock");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Only_users_of_the_list_are_let_in_and_only_by_the_socket()
    {
        Assert.True(Environment.IsPrivilegedProcess, "Run the tests as root: only root can become another user.");
        await using var gateway = await StartAsync("--Gateway:Security:LocalUsers:0=65534", "--Gateway:Security:LocalUsers:1=daemon");
        Assert.Equal("200", await AskAsync(Nobody, "/vms"));
        Assert.Equal("200", await AskAsync("1", "/me"));
        Assert.Equal("401", await AskAsync("0", "/vms"));
        Assert.Equal("401", await AskAsync("2", "/vms"));
        Assert.Equal("200", await AskAsync("2", "/health/ready"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Http.GetAsync("/vms")).StatusCode);
        Assert.Contains("Users listed in Gateway:Security:LocalUsers are administrators", gateway.Log);
    }

    [Fact]
    public async Task Without_a_list_everybody_is_and_the_log_says_so()
    {
        Assert.True(Environment.IsPrivilegedProcess, "Run the tests as root: only root can become another user.");
        await using var gateway = await StartAsync();
        Assert.Equal("200", await AskAsync(Nobody, "/vms"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.Http.GetAsync("/vms")).StatusCode);
        Assert.Contains("every user of this host who can connect is an administrator", gateway.Log);
    }

    [Fact]
    public async Task A_user_who_is_not_there_stops_the_start()
    {
        var failure = await Assert.ThrowsAsync<GatewayExitedException>(() => StartAsync("--Gateway:Security:LocalUsers:0=no-such-user"));
        Assert.Contains("Gateway:Security:LocalUsers:0 = 'no-such-user' is not a user on this host", failure.Message);
    }

    private async Task<RealGateway> StartAsync(params string[] arguments)
    {
        File.SetUnixFileMode(directory.FullName, (UnixFileMode)0b111_101_101);
        return await RealGateway.StartAsync([$"--urls=http://127.0.0.1:0;http://unix:{Http}", "--Gateway:Sockets:Mode=0666", .. arguments]);
    }

    private async Task<string> AskAsync(string user, string path)
    {
        var info = new ProcessStartInfo("setpriv", ["--reuid", user, "--regid", user, "--clear-groups", "curl", "-s", "-o", "/dev/null", "-m", "20", "-w", "%{http_code}", "--unix-socket", Http, $"http://localhost{path}"])
        {
            RedirectStandardOutput = true,
        };
        using var curl = Process.Start(info)!;
        var status = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync().WaitAsync(RealQemu.Patience);
        return status;
    }
}
