// QmpConsole unix:/path/to/monitor [COMMAND [ARGUMENTS]]: runs a command, or shows the status, then every event until QEMU ends.
using Qmp;

var client = await QmpClient.ConnectAsync(
    QmpEndpoint.Parse(args[0]),
    new QmpClientOptions { OnEvent = static happened => Console.WriteLine($"{happened.Timestamp:O} {happened.Name} {happened.Data}") });
await using (client)
{
    Console.WriteLine($"QEMU {client.Greeting.Version}");
    try
    {
        var command = new QmpCommand(args.ElementAtOrDefault(1) ?? "query-status", args.Length > 2 ? new JsonText(System.Text.Encoding.UTF8.GetBytes(args[2])) : null);
        Console.WriteLine(await client.ExecuteAsync(command));
    }
    catch (QmpCommandException refused)
    {
        Console.WriteLine($"refused: {refused.Description}");
    }

    Console.WriteLine(await client.Completion);
}
