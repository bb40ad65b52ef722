using System.Text.Json;
using Gateway.Journal;
using Gateway.Metrics;
using Gateway.Vms.Discovery;

namespace Gateway.Vms.Sessions;

/// <summary>The rule of the operator's that denies a command to everybody, the gateway included; null if none does.</summary>
internal delegate string? Deny(string vm, string command, JsonElement arguments);

/// <summary>What all sessions share.</summary>
/// <param name="Options">How the gateway talks to QEMU.</param>
/// <param name="ReplyBytes">The longest message taken from QEMU.</param>
/// <param name="Dial">Opens lines.</param>
/// <param name="Watches">Tells of sockets that appear.</param>
/// <param name="Journal">Takes the events.</param>
/// <param name="Denied">Says what the gateway may not send by itself.</param>
/// <param name="Time">The clock.</param>
/// <param name="Metrics">Counts the commands.</param>
/// <param name="Logger">One line an incident.</param>
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
