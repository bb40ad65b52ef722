// GatewayConsole http://127.0.0.1:8080 [PATTERN]: shows the VMs of a gateway, then each change. GATEWAY_KEY is the API key.
using Microsoft.Extensions.DependencyInjection;
using QmpGateway.Client;

if (args.Length == 0 || !Uri.TryCreate(args[0], UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
{
    Console.Error.WriteLine("Usage: GatewayConsole URL [PATTERN...]    for example: GatewayConsole http://127.0.0.1:8080 'web-*'");
    return 2;
}

var services = new ServiceCollection();
services.AddQmpGatewayClient(gateway =>
{
    gateway.BaseAddress = address;
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
        var status = change.Vm.Ended is { } ended ? $"ended ({ended.Reason ?? "killed"})" : change.Vm.Status?.Status.Value ?? "never seen";
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
