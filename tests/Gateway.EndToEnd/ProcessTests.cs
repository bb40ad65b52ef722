using System.Diagnostics;
using Gateway.EndToEnd.Support;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>How the program starts and ends.</summary>
public sealed class ProcessTests
{
    [Theory]
    [InlineData("--Gateway:Speed=11", "Gateway:Speed", "11")]
    [InlineData("--Gateway:Vms:x:Endpoint=udp:localhost:4444", "Gateway:Vms:x:Endpoint", "udp:localhost:4444")]
    [InlineData("--Gateway:Vms:x:Color=red", "Gateway:Vms:x:Color", "red")]
    [InlineData("--Gateway:Vms:x:Labels:rack=a", "Gateway:Vms:x:Endpoint", "missing")]
    [InlineData("--Gateway:Qmp:CommandTimeout=soon", "Gateway:Qmp:CommandTimeout", "soon")]
    [InlineData("--Gateway:Journal:KeepDays=-1", "Gateway:Journal:KeepDays", "-1")]
    [InlineData("--urls=http://0.0.0.0:0", "Urls", "http://0.0.0.0:0")]
    [InlineData("--urls=http://*:0", "Urls", "http://*:0")]
    [InlineData("--urls=nonsense", "Urls", "nonsense")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string argument, string key, string value)
    {
        var exited = await Assert.ThrowsAsync<GatewayExitedException>(() => RealGateway.StartAsync(argument));

        Assert.Equal(1, exited.ExitCode);
        Assert.Contains(key, exited.Log, StringComparison.Ordinal);
        Assert.Contains(value, exited.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", exited.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_gateway_on_one_data_directory_refuses_to_start()
    {
        await using var first = await RealGateway.StartAsync();

        var exited = await Assert.ThrowsAsync<GatewayExitedException>(() =>
            RealGateway.StartAsync($"--Gateway:DataDirectory={first.DataDirectory}"));

        Assert.Equal(1, exited.ExitCode);
        Assert.Contains("Gateway:DataDirectory", exited.Log, StringComparison.Ordinal);
        Assert.Contains(first.DataDirectory, exited.Log, StringComparison.Ordinal);
        Assert.Contains("another gateway", exited.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", exited.Log, StringComparison.Ordinal);
        (await first.GetAsync("/vms")).Json();

        File.Delete(Path.Combine(first.DataDirectory, "lock"));
        exited = await Assert.ThrowsAsync<GatewayExitedException>(() => RealGateway.StartAsync($"--Gateway:DataDirectory={first.DataDirectory}"));
        Assert.Contains($"Gateway:DataDirectory = '{first.DataDirectory}' is in use by another gateway", exited.Log, StringComparison.Ordinal);

        await first.KillAsync();
        await using var next = await RealGateway.StartAsync($"--Gateway:DataDirectory={first.DataDirectory}");
        (await next.GetAsync("/vms")).Json();
    }

    [Fact]
    public async Task An_address_that_cannot_be_had_stops_the_start_and_is_named()
    {
        var exited = await Assert.ThrowsAsync<GatewayExitedException>(() => RealGateway.StartAsync("--urls=http://unix:/nowhere/gateway.sock"));

        Assert.Equal(1, exited.ExitCode);
        Assert.Contains("Urls: ", exited.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_stops_the_start_and_is_named()
    {
        await using var first = await RealGateway.StartAsync();
        var address = first.Address.ToString().TrimEnd('/');

        var exited = await Assert.ThrowsAsync<GatewayExitedException>(() => RealGateway.StartAsync($"--urls={address}"));

        Assert.Equal(1, exited.ExitCode);
        Assert.Contains($"Urls: Failed to bind to address {address}: address already in use.", exited.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_settings_that_is_no_JSON_stops_the_start_and_is_named()
    {
        await using var gateway = await RealGateway.StartAsync();
        await gateway.TerminateAsync();
        var file = Path.Combine(gateway.WorkingDirectory, "appsettings.json");
        await File.WriteAllTextAsync(file, """{ "Gateway": { """, TestContext.Current.CancellationToken);

        var exited = await Assert.ThrowsAsync<GatewayExitedException>(gateway.RestartAsync);

        Assert.Equal(1, exited.ExitCode);
        Assert.Contains(file, exited.Log, StringComparison.Ordinal);
        Assert.Contains("The JSON is invalid at line 1", exited.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", exited.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_answer_comes_soon()
    {
        await using var gateway = await RealGateway.StartAsync();
        var listening = Stopwatch.GetTimestamp();
        (await gateway.GetAsync("/vms")).Json();
        var total = gateway.StartTime + Stopwatch.GetElapsedTime(listening);

        TestContext.Current.TestOutputHelper!.WriteLine($"first answer after {total}; 2 s are meant");
        Assert.True(total < TimeSpan.FromSeconds(10), $"{total}");
    }

    [Fact]
    public async Task A_token_in_the_query_of_the_hub_never_reaches_the_log()
    {
        await using var gateway = await RealGateway.StartAsync(
            "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Trace");

        await gateway.PostAsync("/hubs/events/negotiate?negotiateVersion=1&access_token=s3cr3t");
        await gateway.GetAsync("/hubs/events?access_token=s3cr3t");
        await gateway.GetAsync("/vms?access_token=s3cr3t");

        Assert.Equal(0, await gateway.TerminateAsync());
        Assert.DoesNotContain("s3cr3t", gateway.Log, StringComparison.Ordinal);
    }
}
