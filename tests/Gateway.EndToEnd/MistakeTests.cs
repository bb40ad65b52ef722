using System.Net;
using System.Net.Sockets;
using Gateway.EndToEnd.Support;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>What a user did wrong stops the start, in a few lines that say what to do. It is never called a fault of the gateway.</summary>
public sealed class MistakeTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mistakes-");

    public void Dispose() => directory.Delete(recursive: true);

    [Theory]
    [InlineData("'chekc' is an unknown command", "chekc")]
    [InlineData("'chekc' is an unknown command", "chekc", "--urls", "http://127.0.0.1:0")]
    [InlineData("--nonsense = '5' is an unknown option", "--nonsense", "5")]
    [InlineData("--nonsense = '5' is an unknown option", "--nonsense=5")]
    [InlineData("/nonsense = '5' is an unknown option", "/nonsense", "5")]
    [InlineData("nonsense = '5' is an unknown option", "nonsense=5")]
    [InlineData("-u = 'x' is an unknown option", "-u", "x")]
    [InlineData("--Gatway:Vms:a:Endpoint = 'unix:/a' is an unknown option", "--Gatway:Vms:a:Endpoint=unix:/a")]
    [InlineData("--urls requires a value", "--urls")]
    [InlineData("Urls = 'ftp://127.0.0.1' is not an address to listen on: 'ftp' must be http or https", "--urls", "ftp://127.0.0.1")]
    [InlineData("Urls = 'https://127.0.0.1:0' needs a certificate: set Kestrel:Certificates:Default:Path", "--urls", "https://127.0.0.1:0")]
    [InlineData("Urls = 'http://127.0.0.1:80x' is not an address to listen on: '80x' must be a port", "--urls", "http://127.0.0.1:80x")]
    [InlineData("Urls = 'http://127.0.0.1:99999' is not an address to listen on: the port 99999", "--urls", "http://127.0.0.1:99999")]
    [InlineData("Urls = 'http://127.0.0.1:0/api' is not an address to listen on: remove the path", "--urls", "http://127.0.0.1:0/api")]
    [InlineData("Urls = 'http://localhost:0' is not an address to listen on", "--urls", "http://localhost:0")]
    [InlineData("Kestrel:Certificates:Default:Path = '/nowhere/tls.crt' cannot be used", "--urls", "https://127.0.0.1:0", "--Kestrel:Certificates:Default:Path=/nowhere/tls.crt", "--Kestrel:Certificates:Default:KeyPath=/nowhere/tls.key")]
    [InlineData("Gateway:DataDirectory = '/dev/null/data' cannot be used", "--Gateway:DataDirectory=/dev/null/data")]
    public async Task A_start_and_a_check_say_so(string told, params string[] arguments)
    {
        string[] settings = [.. arguments.Any(static argument => argument.Contains("DataDirectory", StringComparison.Ordinal)) ? (string[])[] : [$"--Gateway:DataDirectory={directory.FullName}/data"], .. arguments];
        await RefusesAsync(told, settings);
        await RefusesAsync(told, ["check", .. settings]);
    }

    [Fact]
    public async Task A_path_that_no_socket_can_have_is_told_with_its_length()
    {
        var path = $"/{new string('x', 107)}";
        await RefusesAsync("the path has 108 bytes, but a Unix socket path may have at most 107", "--urls", $"http://unix:{path}");
        await RefusesAsync("at most 107 bytes", $"--Gateway:Vms:a:Endpoint=unix:{path}");
        await RefusesAsync("at most 107 bytes", "--Gateway:Vms:a:Endpoint=unix:/a", $"--Gateway:Vms:a:Monitor=unix:{path}");
    }

    [Fact]
    public async Task A_taken_port_is_told_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://{taken.LocalEndpoint}";
        string[] settings = [$"--Gateway:DataDirectory={directory.FullName}/data", "--urls", url];

        var output = await RefusesAsync($"Urls: Failed to bind to address {url}: address already in use.", settings);
        Assert.DoesNotContain("fail:", output, StringComparison.Ordinal);
        await RefusesAsync($"Urls = '{url}' cannot be listened on", ["check", .. settings]);
    }

    [Theory]
    [InlineData("""{ "Gatway": { "Vms": { "a": { "Endpoint": "unix:/a" } } } }""", "Gatway = '{…}' is an unknown setting: did you mean Gateway?")]
    [InlineData("""{ "Url": "http://127.0.0.1:0" }""", "Url = 'http://127.0.0.1:0' is an unknown setting: did you mean Urls?")]
    public async Task A_misspelled_section_is_told(string settings, string told)
    {
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "appsettings.json"), settings, TestContext.Current.CancellationToken);

        await RefusesAsync(told);
        Assert.Contains(Path.Combine(directory.FullName, "appsettings.json"), await RefusesAsync(told, "check"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_of_other_programs_are_none_of_the_gateways_business()
    {
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "appsettings.json"), """{ "Database": "x", "AllowedHosts": "*" }""", TestContext.Current.CancellationToken);

        var (code, output) = await GatewayProgram.RunAsync(
            directory.FullName, new Dictionary<string, string> { ["Gatway__Vms__a__Endpoint"] = "unix:/a", ["Url"] = "x", ["GATEWAY"] = "10.0.0.1" }, "check", "--urls", "http://127.0.0.1:0", $"--Gateway:DataDirectory={directory.FullName}/data");

        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Settings_that_may_not_be_read_are_told()
    {
        Assert.True(Environment.IsPrivilegedProcess, "Run the tests as root: only root can become another user.");
        var file = Path.Combine(directory.FullName, "appsettings.json");
        await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        File.SetUnixFileMode(directory.FullName, (UnixFileMode)0b111_101_101);

        var exited = await GatewayProgram.RunAsync(directory.FullName, [], ["setpriv", "--reuid=65534", "--clear-groups"], []);

        Assert.Equal(1, exited.ExitCode);
        Assert.Contains(file, exited.Output, StringComparison.Ordinal);
        Assert.Contains("Make the file readable for the gateway's user", exited.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("report", exited.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_working_directory_that_is_gone_is_told()
    {
        var gone = Directory.CreateDirectory(Path.Combine(directory.FullName, "gone")).FullName;

        var exited = await GatewayProgram.RunAsync(gone, [], ["sh", "-c", "rmdir \"$PWD\" && exec \"$@\"", "sh"], []);

        Assert.Equal(1, exited.ExitCode);
        Assert.Contains("The working directory no longer exists", exited.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("report", exited.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_finds_nothing_wrong_with_what_a_running_gateway_of_these_settings_holds()
    {
        var monitor = Path.Combine(directory.FullName, "monitor.sock");
        string[] settings = ["--Gateway:Vms:a:Endpoint=unix:/nowhere/a.qmp", $"--Gateway:Vms:a:Monitor=unix:{monitor}"];
        await using var gateway = await RealGateway.StartAsync(settings);
        string[] arguments = ["check", "--urls", gateway.Address.ToString().TrimEnd('/'), .. settings];

        var (code, output) = await GatewayProgram.RunAsync(directory.FullName, [.. arguments, $"--Gateway:DataDirectory={gateway.DataDirectory}"]);
        Assert.True(code == 0, output);

        var other = await RefusesAsync("another program is listening on it", [.. arguments, $"--Gateway:DataDirectory={directory.FullName}/data"]);
        Assert.Contains($"Urls = '{gateway.Address.ToString().TrimEnd('/')}' cannot be listened on", other, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"{directory.FullName}/data"));
    }

    [Fact]
    public async Task A_check_sees_damaged_data()
    {
        var data = Directory.CreateDirectory(Path.Combine(directory.FullName, "data")).FullName;
        foreach (var name in (string[])["vms.json", "journal.db"])
        {
            await File.WriteAllTextAsync(Path.Combine(data, name), "{", TestContext.Current.CancellationToken);
            await RefusesAsync($"{name} is damaged", "check", "--urls", "http://127.0.0.1:0", $"--Gateway:DataDirectory={data}");
            File.Delete(Path.Combine(data, name));
        }
    }

    private async Task<string> RefusesAsync(string told, params string[] arguments)
    {
        var (code, output) = await GatewayProgram.RunAsync(directory.FullName, arguments);
        Assert.Contains(told, output, StringComparison.Ordinal);
        Assert.Equal(1, code);
        Assert.DoesNotContain("report", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        return output;
    }
}
