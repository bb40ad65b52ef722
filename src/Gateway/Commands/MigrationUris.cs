using System.Text.Json;
using Gateway.Json;

namespace Gateway.Commands;

/// <summary>
/// Converts a migration's <c>channels</c> to URIs (QAPI <c>MigrationChannel</c>, since 8.2), so that a rule about <c>uri</c> also applies to channels.
/// </summary>
internal static class MigrationUris
{
    private static readonly string[] ChannelsPath = ["channels"];

    /// <summary>Returns the equivalent URIs of each channel. The list for an unknown kind of channel is empty.</summary>
    public static IReadOnlyList<string[]> Of(JsonElement arguments, string name) =>
        name == "uri" && ArgumentTree.Find(arguments, ChannelsPath) is { ValueKind: JsonValueKind.Array } channels
            ? [.. channels.EnumerateArray().Select(static channel => Uris(ArgumentTree.Find(channel, ["addr"]) ?? default))]
            : [];

    private static string[] Uris(JsonElement address) => Text(address, "transport") switch
    {
        "exec" => Programs(ArgumentTree.Find(address, ["args"]) is { ValueKind: JsonValueKind.Array } args ? [.. args.EnumerateArray().Select(JsonReading.TextOfAny)] : []),
        "rdma" => [$"rdma:{Host(address)}:{Text(address, "port")}"],
        "file" => [$"file:{Text(address, "filename")}"],
        "socket" => Text(address, "type") switch
        {
            "inet" => [$"tcp:{Host(address)}:{Text(address, "port")}"],
            "unix" => [$"unix:{Text(address, "path")}"],
            "vsock" => [$"vsock:{Text(address, "cid")}:{Text(address, "port")}"],
            "fd" => [$"fd:{Text(address, "str")}"],
            _ => [],
        },
        _ => [],
    };

    // QEMU passes the text after `exec:` to a shell.
    private static string[] Programs(string[] line) => line is ["/bin/sh", "-c", var script]
        ? [$"exec:{script}", $"exec:{string.Join(' ', line)}"]
        : [$"exec:{string.Join(' ', line)}"];

    // As in a URI, an IPv6 address is in brackets.
    private static string? Host(JsonElement address) => Text(address, "host") is { } host && host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : Text(address, "host");

    private static string? Text(JsonElement address, string name) => ArgumentTree.Find(address, [name]) is { } found ? JsonReading.TextOfAny(found) : null;
}
