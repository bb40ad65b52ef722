// GatewayConsole http://127.0.0.1:8080 [PATTERN]: shows the VMs of a gateway, and each change as it comes. GATEWAY_KEY is the API key.
using Gateway.Client;
using Microsoft.Extensions.DependencyInjection;

var services = new ServiceCollection();
services.AddQmpGatewayClient(gateway =>
{
    gateway.BaseAddress = new Uri(args[0]);
    gateway.Credential = static _ => ValueTask.FromResult(Environment.GetEnvironmentVariable("GATEWAY_KEY"));
});
await using var provider = services.BuildServiceProvider();
using var over = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    over.Cancel();
};
try
{
    await foreach (var change in provider.GetRequiredService<GatewayClient>().WatchVmsAsync(args[1..], over.Token))
    {
        var status = change.Vm.Ended is { } ended ? $"ended ({ended.Reason ?? "killed"})" : change.Vm.Status?.GetProperty("status").GetString() ?? "never seen";
        Console.WriteLine($"{change.Kind} {change.Vm.Id}: {change.Vm.Connection.State}, {status}");
    }
}
catch (GatewayException failure)
{
    Console.Error.WriteLine($"{failure.Slug}: {failure.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    // Ctrl-C.
}

return 0;
