using System.Text.Json;
using Gateway.Journal;
using Gateway.Metrics;
using Gateway.Vms.Discovery;

namespace Gateway.Vms.Sessions;

/// <summary>Returns the rule of the command policy that denies a command to everybody, including the gateway; null if no rule denies it.</summary>
internal delegate string? Deny(string vm, string command, JsonElement arguments);

/// <summary>The services and settings that all sessions share.</summary>
/// <param name="Options">Settings of the connections to QEMU.</param>
/// <param name="ReplyBytes">The maximum length of a message from QEMU.</param>
/// <param name="Dial">Opens connections.</param>
/// <param name="Watches">Reports sockets that appear.</param>
/// <param name="Journal">Stores the events.</param>
/// <param name="Denied">Decides which commands the gateway may not send on its own behalf.</param>
/// <param name="Time">The clock.</param>
/// <param name="Metrics">Measures the commands.</param>
/// <param name="Logger">Logs one line per incident.</param>
internal sealed record VmEnvironment(
    QmpOptions Options,
    long ReplyBytes,
    Dial Dial,
    DirectoryWatches Watches,
    IJournal Journal,
    Deny Denied,
    TimeProvider Time,
    GatewayMetrics Metrics,
    ILogger<VmSession> Logger);
