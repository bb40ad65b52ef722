using System.Text.Json;
using Gateway.Api.Json;

namespace Gateway.Commands;

/// <summary>
/// The <c>uri</c> that a migration's <c>channels</c> stand for (QAPI <c>MigrationChannel</c>, since 8.2), so that a rule about one is about the other.
/// </summary>
internal static class MigrationUris
{
    private static readonly string[] ChannelsPath = ["channels"];

    public static IEnumerable<JsonElement> Of(JsonElement arguments, string[] path)
    {
        if (path is not ["uri"] || ArgumentTree.Find(arguments, ChannelsPath) is not { ValueKind: JsonValueKind.Array } channels)
        {
            return [];
        }

        return channels.EnumerateArray().Select(static channel => Uri(ArgumentTree.Find(channel, ["addr"]) ?? default))
            .OfType<string>().Select(static uri => JsonSerializer.SerializeToElement(uri));
    }

    private static string? Uri(JsonElement address) => Text(address, "transport") switch
    {
        "exec" => $"exec:{string.Join(' ', ArgumentTree.Find(address, ["args"]) is { ValueKind: JsonValueKind.Array } args ? args.EnumerateArray().Select(JsonReading.TextOfAny) : [])}",
        "rdma" => $"rdma:{Text(address, "host")}:{Text(address, "port")}",
        "file" => $"file:{Text(address, "filename")}",
        "socket" => Text(address, "type") switch
        {
            "inet" => $"tcp:{Text(address, "host")}:{Text(address, "port")}",
            "unix" => $"unix:{Text(address, "path")}",
            "vsock" => $"vsock:{Text(address, "cid")}:{Text(address, "port")}",
            "fd" => $"fd:{Text(address, "str")}",
            _ => null,
        },
        _ => null,
    };

    private static string? Text(JsonElement address, string name) => ArgumentTree.Find(address, [name]) is { } found ? JsonReading.TextOfAny(found) : null;
}
