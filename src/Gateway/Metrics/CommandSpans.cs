using System.Diagnostics;
using QmpGateway.Qmp;

namespace Gateway.Metrics;

/// <summary>
/// A span a QMP command, below that of the request it is for (OpenTelemetry's semantic conventions for RPC spans). A command's arguments
/// and QEMU's words about it are never in it: they may be secrets, or the guest's.
/// </summary>
internal static class CommandSpans
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "qmp_gateway";

    /// <summary>What became of the command, as in the metrics.</summary>
    public const string Outcome = "qmp_gateway.outcome";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins a span; null where nobody traces, and for the questions that the gateway asks of its own accord every few seconds.</summary>
    public static Activity? Begin(string vm, string command) => Activity.Current is null && command == RunStateCommands.QueryStatus
        ? null
        : Source.StartActivity(
            ActivityKind.Client,
            name: command,
            tags: [new("rpc.system.name", "qmp"), new("rpc.method", command), new("qmp_gateway.vm", vm)]);

    /// <summary>Ends it as failed.</summary>
    public static void Fail(this Activity? span, Exception failure) =>
        span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure is QmpCommandException refusal ? refusal.ErrorClass : failure.GetType().Name);
}
