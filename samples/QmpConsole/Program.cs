// QmpConsole unix:/path/to/monitor [COMMAND [ARGUMENTS]]: runs a command (query-status by default), then shows every event until QEMU ends.
using System.Text.Json;
using QmpGateway.Qmp;

if (args.Length is 0 or > 3 || !QmpEndpoint.TryParse(args[0], out var endpoint) || !TryParse(args.ElementAtOrDefault(2), out var arguments))
{
    Console.Error.WriteLine("""Usage: QmpConsole ENDPOINT [COMMAND [ARGUMENTS]]    for example: QmpConsole unix:/run/qemu/web1.qmp qom-list '{"path":"/machine"}'""");
    return 2;
}

try
{
    var client = await QmpClient.ConnectAsync(
        endpoint, new QmpClientOptions { OnEvent = static happened => Console.WriteLine($"{happened.Timestamp:O} {happened.Name} {happened.Data}") });
    await using (client)
    {
        Console.WriteLine($"QEMU {client.Greeting.Version}");
        try
        {
            Console.WriteLine(await client.ExecuteAsync(new QmpCommand(args.ElementAtOrDefault(1) ?? "query-status", arguments)));
        }
        catch (QmpCommandException refused)
        {
            Console.WriteLine($"refused: {refused.Description}");
        }

        Console.WriteLine(await client.Completion);
    }
}
catch (QmpException failure)
{
    Console.Error.WriteLine($"{endpoint}: {failure.Message}");
    return 1;
}

return 0;

static bool TryParse(string? text, out JsonText? arguments)
{
    arguments = null;
    try
    {
        arguments = text is null ? null : JsonText.From(JsonElement.Parse(text));
        return true;
    }
    catch (JsonException)
    {
        return false;
    }
}
